// What a page of an exported gallery gains where scripts run: the browser's language, and a viewer. No module, since
// browsers load none from a file; no request, not even for words.
(() => {
  "use strict";

  const english = {
    lang: "en",
    skip: "Skip to the photographs",
    albums: "Albums",
    inside: "Albums in it",
    newer: "Newer",
    older: "Older",
    up: "Up",
    close: "Close",
    previous: "Previous",
    next: "Next",
    photograph: "Photograph",
    empty: "Nothing here yet.",
    viewer: "Photograph, enlarged",
    count: (n) => (n === 1 ? "1 photograph" : `${n.toLocaleString("en")} photographs`),
    place: (n, of) => `${n} of ${of}`,
  };
  const french = {
    lang: "fr",
    skip: "Aller aux photographies",
    albums: "Albums",
    inside: "Albums qu’il contient",
    newer: "Plus récent",
    older: "Plus ancien",
    up: "Remonter",
    close: "Fermer",
    previous: "Précédente",
    next: "Suivante",
    photograph: "Photographie",
    empty: "Rien ici pour l’instant.",
    viewer: "Photographie agrandie",
    count: (n) => (n < 2 ? `${n} photographie` : `${n.toLocaleString("fr")} photographies`),
    place: (n, of) => `${n} sur ${of}`,
  };
  const words = /^fr\b/i.test(navigator.language) ? french : english;

  const forms = {
    year: { year: "numeric" },
    month: { year: "numeric", month: "long" },
    day: { year: "numeric", month: "long", day: "numeric" },
    time: { year: "numeric", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit" },
  };
  /** What the clock showed where it was taken; `text` is RFC 3339 or the beginning of it. */
  function inWords(text) {
    const [year, month = 1, day = 1, hour = 0, minute = 0] = text.split(/[-T:+.Z]/).map(Number);
    const form = text.length > 10 ? "time" : ["year", "month", "day"][Math.floor((text.length - 4) / 3)];
    const date = new Date(0);
    date.setUTCFullYear(year, month - 1, day);
    date.setUTCHours(hour, minute);
    return new Intl.DateTimeFormat(words.lang === "fr" ? "fr" : navigator.language, { ...forms[form], timeZone: "UTC" }).format(date);
  }

  document.documentElement.lang = words.lang;
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = words[element.dataset.word];
  for (const element of document.querySelectorAll("[data-count]"))
    element.textContent = words.count(Number(element.dataset.count));
  for (const element of document.querySelectorAll("time")) element.textContent = inWords(element.dateTime);

  const tiles = [...document.querySelectorAll("a.tile")];
  for (const tile of tiles) {
    const { title, taken } = tile.dataset;
    tile.firstElementChild.alt = title || [words.photograph, ...(taken ? [inWords(taken)] : [])].join(", ");
  }
  if (tiles.length === 0) return;

  const make = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const picture = make("img", { alt: "" });
  const place = make("p", {});
  place.setAttribute("aria-live", "polite");
  const name = make("p", { className: "name" });
  const date = make("p", {});
  const caption = make("p", {});
  const button = (word, sign, act) => {
    const element = make("button", { type: "button", textContent: sign, title: words[word] });
    element.setAttribute("aria-label", words[word]);
    element.addEventListener("click", act);
    return element;
  };
  let at = 0;
  const previous = button("previous", "\u2039", () => show(at - 1));
  const next = button("next", "\u203a", () => show(at + 1));
  const close = button("close", "\u00d7", () => viewer.close());
  const stage = make("div", { className: "stage" }, picture);
  const label = make("div", { className: "label" }, name, date, caption);
  const viewer = make("dialog", { className: "viewer" }, make("div", { className: "bar" }, place, previous, next, close), stage, label);
  viewer.setAttribute("aria-label", words.viewer);
  document.body.append(viewer);

  function show(index) {
    if (index < 0 || index >= tiles.length) return;
    at = index;
    const tile = tiles[at];
    const small = tile.firstElementChild;
    picture.src = tile.href;
    picture.alt = small.alt;
    name.textContent = tile.dataset.title || "";
    date.textContent = tile.dataset.taken ? inWords(tile.dataset.taken) : "";
    caption.textContent = tile.dataset.caption || "";
    place.textContent = words.place(at + 1, tiles.length);
    // They stay where they are, so that focus does, too.
    previous.setAttribute("aria-disabled", String(at === 0));
    next.setAttribute("aria-disabled", String(at === tiles.length - 1));
    for (const beside of [tiles[at + 1], tiles[at - 1]]) if (beside) new Image().src = beside.href;
    if (!viewer.open) viewer.showModal();
  }

  tiles.forEach((tile, index) =>
    tile.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      show(index);
    }),
  );
  viewer.addEventListener("close", () => {
    tiles[at].scrollIntoView({ block: "nearest" });
    tiles[at].focus();
  });
  viewer.addEventListener("keydown", (event) => {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tiles.length - 1 }[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    show(to);
  });
  let from = null;
  stage.addEventListener("pointerdown", (event) => (from = event.isPrimary ? event.clientX : null));
  stage.addEventListener("pointerup", (event) => {
    const moved = from === null ? 0 : event.clientX - from;
    from = null;
    if (Math.abs(moved) > 48) show(at + (moved < 0 ? 1 : -1));
  });
})();
