// The pages: what each draws, its title, who may see it, and where it is offered. A new page is a line here and one in
// router/paths.ts. Albums, search and the map come with their own lines.
import Frame from '@lucide/svelte/icons/frame';
import Heart from '@lucide/svelte/icons/heart';
import Images from '@lucide/svelte/icons/images';
import Server from '@lucide/svelte/icons/server';
import Trash from '@lucide/svelte/icons/trash-2';
import type { Component } from 'svelte';
import type { Me, Scope } from '../api/client';
import type { Messages } from '../i18n/en';
import type { PageName } from '../router/paths';
import LibraryPage from './LibraryPage.svelte';
import LoginPage from './LoginPage.svelte';

type Titles = { [K in keyof Messages]: Messages[K] extends string ? K : never }[keyof Messages];
type Icon = typeof Frame;

export interface Page {
  title: Titles;
  /** Who is let in; others are offered the log-in, or told that there is nothing. */
  who: 'all' | 'member' | 'admin';
  /** Its photos. */
  scope?: Scope;
  /** Of the rail, and of the bar below on phones. */
  icon?: Icon;
  /** Left out on phones, where it is in the person's menu. */
  wideOnly?: boolean;
  /** Offered in the person's menu. */
  inMenu?: boolean;
  draw: Component | (() => Promise<{ default: Component }>);
  /** `draw` is fetched when it is needed. */
  later?: boolean;
}

const library = LibraryPage as unknown as Component;

export const pages: Record<PageName, Page> = {
  mine: { title: 'mine', who: 'member', scope: 'mine', icon: Images, draw: library },
  favourites: { title: 'favourites', who: 'member', scope: 'favourites', icon: Heart, draw: library },
  wall: { title: 'wall', who: 'all', scope: 'wall', icon: Frame, draw: library },
  trash: { title: 'trash', who: 'member', scope: 'trash', icon: Trash, draw: library },
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
  login: { title: 'logIn', who: 'all', draw: LoginPage as unknown as Component },
  setup: { title: 'setUpTitle', who: 'all', later: true, draw: () => import('./SetupPage.svelte') },
};

/** Whether somebody is let in. */
export function admits(page: Page, user: Me['user']): boolean {
  return page.who === 'all' || (user !== null && (page.who === 'member' || user.role === 'admin'));
}
