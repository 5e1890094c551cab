// What is open above the page, whichever part of it asked for that.
class Dialogs {
  adding = $state(false);
  /** The list of what is being added. */
  uploads = $state(false);
}

export const dialogs = new Dialogs();
