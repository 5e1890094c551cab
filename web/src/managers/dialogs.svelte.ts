// What is open above the page, whichever part of it asked for that.
class Dialogs {
  adding = $state(false);
}

export const dialogs = new Dialogs();
