// The pages: what each draws, its title, who may see it, and where it is offered. A new page is a line here and one in
// router/paths.ts.
import Archive from '@lucide/svelte/icons/archive';
import BookImage from '@lucide/svelte/icons/book-image';
import Frame from '@lucide/svelte/icons/frame';
import Heart from '@lucide/svelte/icons/heart';
import Images from '@lucide/svelte/icons/images';
import MapPin from '@lucide/svelte/icons/map-pin';
import Search from '@lucide/svelte/icons/search';
import Server from '@lucide/svelte/icons/server';
import Tags from '@lucide/svelte/icons/tags';
import Trash from '@lucide/svelte/icons/trash-2';
import type { Component } from 'svelte';
import type { Me, Scope } from '../api/client';
import type { Messages } from '../i18n/en';
import { albums, scopeOfAlbum } from '../managers/albums.svelte';
import { libraries } from '../managers/libraries.svelte';
import { session } from '../managers/session.svelte';
import { searchScope } from '../services/search';
import type { PageName } from '../router/paths';
import LibraryPage from './LibraryPage.svelte';

type Titles = { [K in keyof Messages]: Messages[K] extends string ? K : never }[keyof Messages];
type Icon = typeof Frame;
type Later = Promise<{ default: Component }>;

export interface Page {
  title: Titles;
  /** What it is of has a name. */
  named?: (of: string) => string | undefined;
  /** The page of the rail that it belongs to. */
  within?: PageName;
  /** Who is let in; others are offered the log-in, or told that there is nothing. */
  who: 'all' | 'member' | 'admin';
  /** Its photos. */
  scope?: Scope | ((of: string) => Scope);
  /** Of the rail, and of the bar below on phones. */
  icon?: Icon;
  /** Left out on phones, where it is in the person's menu. */
  wideOnly?: boolean;
  /** Left out where there is room for what the bar at the top has of it. */
  narrowOnly?: boolean;
  /** Its visitors are nobody else: neither pages nor an account are offered. */
  bare?: boolean;
  /** Offered in the person's menu. */
  inMenu?: boolean;
  draw: Component | (() => Later);
  /** `draw` is fetched when it is needed. */
  later?: boolean;
}

const library = LibraryPage as unknown as Component;

export const pages: Record<PageName, Page> = {
  mine: { title: 'mine', who: 'member', scope: 'mine', icon: Images, draw: library },
  albums: {
    title: 'albums',
    who: 'member',
    icon: BookImage,
    later: true,
    draw: () => import('./albums/AlbumsPage.svelte'),
  },
  album: {
    title: 'albums',
    named: (id) => albums.get(id)?.title,
    within: 'albums',
    who: 'member',
    scope: (id) => {
      const album = albums.get(id);
      return album ? scopeOfAlbum(album) : `album:${id}`;
    },
    later: true,
    draw: () => import('./albums/AlbumPage.svelte') as unknown as Later,
  },
  favourites: { title: 'favourites', who: 'member', scope: 'favourites', icon: Heart, draw: library },
  tags: {
    title: 'tags',
    who: 'member',
    icon: Tags,
    wideOnly: true,
    inMenu: true,
    later: true,
    draw: () => import('./tags/TagsPage.svelte'),
  },
  tag: {
    title: 'tags',
    named: (tag) => tag,
    within: 'tags',
    who: 'member',
    scope: (tag) => `tag:${tag}`,
    later: true,
    draw: () => import('./tags/TagPage.svelte') as unknown as Later,
  },
  shared: {
    title: 'sharedByLink',
    within: 'albums',
    who: 'member',
    inMenu: true,
    later: true,
    draw: () => import('./shared/SharedPage.svelte'),
  },
  share: {
    title: 'sharedWithYou',
    named: () => libraries.door?.title,
    bare: true,
    who: 'all',
    scope: (key) => `share:${key}`,
    later: true,
    draw: () => import('./visit/VisitPage.svelte') as unknown as Later,
  },
  archive: {
    title: 'archive',
    who: 'member',
    scope: 'archive',
    icon: Archive,
    wideOnly: true,
    inMenu: true,
    draw: library,
  },
  search: {
    title: 'search',
    named: (question) => question,
    who: 'all',
    scope: (question) => searchScope(question, !session.user),
    icon: Search,
    narrowOnly: true,
    later: true,
    draw: () => import('./search/SearchPage.svelte') as unknown as Later,
  },
  places: {
    title: 'places',
    who: 'member',
    icon: MapPin,
    wideOnly: true,
    inMenu: true,
    later: true,
    draw: () => import('./places/PlacesPage.svelte'),
  },
  towns: {
    title: 'places',
    within: 'places',
    who: 'member',
    later: true,
    draw: () => import('./places/TownsPage.svelte'),
  },
  duplicates: {
    title: 'duplicates',
    who: 'member',
    inMenu: true,
    later: true,
    draw: () => import('./duplicates/DuplicatesPage.svelte'),
  },
  wall: { title: 'wall', who: 'all', scope: 'wall', icon: Frame, draw: library },
  trash: {
    title: 'trash',
    who: 'member',
    scope: 'trash',
    icon: Trash,
    wideOnly: true,
    inMenu: true,
    draw: library,
  },
  cluster: {
    title: 'cluster',
    who: 'admin',
    icon: Server,
    wideOnly: true,
    inMenu: true,
    later: true,
    draw: () => import('./cluster/ClusterPage.svelte'),
  },
  check: {
    title: 'mayDelete',
    who: 'member',
    inMenu: true,
    later: true,
    draw: () => import('./check/CheckPage.svelte'),
  },
  settings: {
    title: 'settings',
    who: 'member',
    inMenu: true,
    later: true,
    draw: () => import('./settings/SettingsPage.svelte'),
  },
  people: {
    title: 'people',
    who: 'admin',
    inMenu: true,
    later: true,
    draw: () => import('./people/PeoplePage.svelte'),
  },
  about: { title: 'about', who: 'all', inMenu: true, later: true, draw: () => import('./AboutPage.svelte') },
  login: { title: 'logIn', who: 'all', later: true, draw: () => import('./LoginPage.svelte') },
  setup: { title: 'setUpTitle', who: 'all', later: true, draw: () => import('./SetupPage.svelte') },
};

/** The photos of a page, or of that which it is of. */
export function scopeOf(page: Page, of: string | null): Scope | undefined {
  return typeof page.scope === 'function' ? page.scope(of ?? '') : page.scope;
}

/** Whether somebody is let in. */
export function admits(page: Page, user: Me['user']): boolean {
  return page.who === 'all' || (user !== null && (page.who === 'member' || user.role === 'admin'));
}
