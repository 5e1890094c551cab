// The messages of this page in the language that is spoken.
import { i18n } from '../../i18n/i18n.svelte';
import { clusterMessages, type ClusterMessages } from './messages';

export const words = (): ClusterMessages => clusterMessages[i18n.language];
