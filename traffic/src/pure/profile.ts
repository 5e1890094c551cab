// What each profile does, and for how long.

export type ProfileName = 'smoke' | 'steady' | 'knee' | 'spike' | 'soak';

export interface Stage {
  name: string;
  /** Visits a second. */
  rate: number;
  seconds: number;
  /** Everybody follows the same link. */
  link?: boolean;
}

export interface Profile {
  /** On the wall of a gallery that is filled for the run. */
  photos: number;
  /** Of real browsers. */
  journeys: number;
  /** The same, while things are killed. */
  faultJourneys: number;
  stages: readonly Stage[];
  /** Upload visits a second beside them. */
  uploads: number;
  /** Whether times are objectives, or only shown. */
  timed: boolean;
  /** The rate is raised until an objective breaks. */
  search: boolean;
}

const minute = 60;

const profiles: Record<ProfileName, Profile> = {
  smoke: {
    photos: 48,
    journeys: 3,
    faultJourneys: 12,
    stages: [{ name: 'load', rate: 4, seconds: 15 }],
    uploads: 0.4,
    timed: false,
    search: false,
  },
  steady: {
    photos: 240,
    journeys: 20,
    faultJourneys: 60,
    stages: [
      { name: 'A', rate: 10, seconds: minute },
      { name: 'A again', rate: 10, seconds: minute },
    ],
    uploads: 0.5,
    timed: true,
    search: false,
  },
  knee: { photos: 240, journeys: 8, faultJourneys: 0, stages: [], uploads: 0, timed: true, search: true },
  spike: {
    photos: 240,
    journeys: 8,
    faultJourneys: 60,
    stages: [
      { name: 'before', rate: 5, seconds: 30 },
      { name: 'the link', rate: 25, seconds: 20, link: true },
      { name: 'after', rate: 5, seconds: 30 },
    ],
    uploads: 0.3,
    timed: true,
    search: false,
  },
  soak: {
    photos: 240,
    journeys: 1000,
    faultJourneys: 1000,
    // With its browsers it leaves two cores some room: what grows must not be what waits.
    stages: [{ name: 'soak', rate: 2, seconds: 30 * minute }],
    uploads: 0.1,
    timed: true,
    search: false,
  },
};

export function profileOf(name: ProfileName): Profile {
  return profiles[name];
}

export interface Trial {
  rate: number;
  held: boolean;
}

const first = 10;
const highest = 5000;

/**
 * The next rate to try in the search for the knee, or null when it is known well enough: upward from 10 visits a second by
 * half each time, and, once a rate broke, between the highest that held and the lowest that broke, down to a tenth.
 */
export function nextRate(trials: readonly Trial[]): number | null {
  const held = Math.max(0, ...trials.filter((trial) => trial.held).map((trial) => trial.rate));
  const broken = Math.min(Infinity, ...trials.filter((trial) => !trial.held).map((trial) => trial.rate));
  if (broken === Infinity) {
    const next = held === 0 ? first : Math.round(held * 1.5);
    return next > highest ? null : next;
  }
  // A rate that held once and broke once is chance; what broke counts.
  const floor = held < broken ? held : 0;
  if (broken - floor <= Math.max(1, 0.1 * broken)) return null;
  return Math.max(1, Math.round((floor + broken) / 2));
}

/** The knee of a search: the highest rate that held below the lowest that broke; 0 if none did. */
export function kneeOf(trials: readonly Trial[]): number {
  const broken = Math.min(Infinity, ...trials.filter((trial) => !trial.held).map((trial) => trial.rate));
  return Math.max(
    0,
    ...trials.filter((trial) => trial.held && trial.rate < broken).map((trial) => trial.rate),
  );
}
