#!/usr/bin/env python3
"""The engine of search against two others: SQLite's FTS5, postings in Redis (sorted sets), and Sphinx, a search server. All
three have the same made photographs, which are read out of the index that the finder made of them, and answer the same
questions with the same hits; if they do not, this fails. Ratios are to FTS5 of the same run; less is better.

Not in it: several shards of Redis; phrases and the order by relevance, for which sorted sets have nothing; and, at a change, to look
up which words there were, as FTS5 and Redis need it.

    nice -n -10 ./dev bench find_stores     BENCH_PHOTOS=100000 by default; some two minutes, 1 GB of memory"""

import dataclasses
import os
import random
import sqlite3
import subprocess
import sys
import time
from collections import defaultdict
from itertools import islice

import _redis
from _gallery import Failed, main, memory_kib, report, table, temporary_folder
from _sphinx import Searchd

from cadre_dev import build, packages

PHOTOS = int(os.environ.get("BENCH_PHOTOS", "100000"))
QUESTIONS = 300  # of each kind
CHANGES = 200
PAGE = 40
COUNTED = 2_000
AT_ONCE = 5_000  # photographs that are told in one piece
TYPED = ("title", "caption", "tags")  # where the words of the questions come from
NOT_WORDS = ("facts", "access")  # what no one typed
SQUARE = "q"  # begins the facts that are squares of the map
PERSON = "o"  # begins the words of `access` that are a person

Texts = dict[str, list[str]]  # words by column


@dataclasses.dataclass(frozen=True)
class Question:
    who: str  # whose photographs: a word of `access`
    words: tuple[str, ...] = ()
    beginning: str = ""
    facts: tuple[str, ...] = ()


class Fts5:
    """The table as the finder makes it, in one piece, with the pragmas that the finder has."""

    def __init__(self, folder, made_by: str, columns: list[str]):
        self._columns = columns
        self._file = folder / "fts5.db"
        self._database = sqlite3.connect(self._file, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.execute(made_by)
        self._database.execute("INSERT INTO words(words, rank) VALUES ('hashsize', 16777216)")
        self._said = "{" + " ".join(name for name in columns if name not in NOT_WORDS) + "}"

    def fill(self, photos: dict[int, Texts]) -> None:
        for piece in pieces(photos):
            self._database.execute("BEGIN")
            self._database.executemany(self._insert(), [self._values(row, texts) for row, texts in piece])
            self._database.execute("COMMIT")
        self._database.execute("INSERT INTO words(words) VALUES ('optimize')")
        self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def ask(self, question: Question, most: int = PAGE) -> list[int]:
        parts = [f'{self._said} : "{word}"' for word in question.words]
        if question.beginning:
            parts.append(f'{self._said} : "{question.beginning}" *')
        parts += [f'facts : "{word}"' for word in question.facts]
        parts.append(f'access : "{question.who}"')
        found = self._database.execute("SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?",
                                       (" AND ".join(f"({part})" for part in parts), most))
        return [row for row, in found]

    def change(self, row: int, before: Texts, after: Texts) -> None:
        self._database.execute("BEGIN")
        marks = ", ".join("?" * len(self._columns))
        self._database.execute(f"INSERT INTO words (words, rowid, {', '.join(self._columns)}) "
                               f"VALUES ('delete', ?, {marks})", self._values(row, before))
        self._database.execute(self._insert(), self._values(row, after))
        self._database.execute("COMMIT")

    def empty(self) -> None:
        self._database.execute("SELECT 1").fetchall()

    def bytes(self) -> dict:
        return {"on disk": self._file.stat().st_size}

    def _insert(self) -> str:
        return (f"INSERT INTO words (rowid, {', '.join(self._columns)}) "
                f"VALUES (?, {', '.join('?' * len(self._columns))})")

    def _values(self, row: int, texts: Texts) -> list:
        return [row, *(" ".join(texts.get(name, ())) for name in self._columns)]


class Counted:
    """FTS5, asked as the finder asks for a first page: it counts the hits up to so many. The two others know by then how many
    they are."""

    def __init__(self, fts5: Fts5):
        self._fts5 = fts5

    def ask(self, question: Question) -> list[int]:
        return self._fts5.ask(question, COUNTED)[:PAGE]


class Postings:
    """A sorted set for each word of what people wrote, of `facts` and of `access`, and one of all words, by which beginnings
    are found."""

    def __init__(self, address: str):
        self._node = _redis.Node(address)
        self._empty = self._memory()

    def fill(self, photos: dict[int, Texts]) -> None:
        for piece in pieces(photos):
            rows = defaultdict(list)
            for row, texts in piece:
                for key in keys_of(texts):
                    rows[key] += (row, row)
            words = [part for key in rows if key[0] == "w" for part in (0, key[2:])]
            self._node.ask_many([("ZADD", key, *pairs) for key, pairs in rows.items()] + [("ZADD", "words", *words)])

    def ask(self, question: Question) -> list[int]:
        keys = [f"w:{word}" for word in question.words] + [f"f:{word}" for word in question.facts]
        keys.append(f"a:{question.who}")
        commands = []
        if question.beginning:
            begins = question.beginning.encode()
            words = self._node.ask("ZRANGEBYLEX", "words", b"[" + begins, b"(" + begins + b"\xff")
            commands.append(("ZUNIONSTORE", "any", len(words), *(b"w:" + word for word in words), "AGGREGATE", "MAX"))
            keys.append("any")
        commands += [("ZINTERSTORE", "found", len(keys), *keys, "AGGREGATE", "MAX"),
                     ("ZREVRANGE", "found", 0, PAGE - 1), ("DEL", "found", "any")]
        return [int(row) for row in self._node.ask_many(commands)[-2]]

    def change(self, row: int, before: Texts, after: Texts) -> None:
        old, new = keys_of(before), keys_of(after)
        self._node.ask_many([("MULTI",), *(("ZREM", key, row) for key in old - new),
                             *(("ZADD", key, row, row) for key in new - old),
                             *(("ZADD", "words", 0, key[2:]) for key in new - old if key[0] == "w"), ("EXEC",)])

    def empty(self) -> None:
        self._node.ask("PING")

    def bytes(self) -> dict:
        return {"in memory": self._memory() - self._empty}

    def _memory(self) -> int:
        lines = self._node.ask("INFO", "memory").decode().splitlines()
        return int(next(line.partition(":")[2] for line in lines if line.startswith("used_memory:")))


class Sphinx:
    """The columns of FTS5 as fields; `@*` would look in all of them, so those that people wrote in are named."""

    def __init__(self, server: Searchd, columns: list[str]):
        self._server = server
        self._columns = columns
        self._connection = server.connect()
        self._cursor = self._connection.cursor()
        self._said = "@(" + ",".join(name for name in columns if name not in NOT_WORDS) + ")"
        self._empty = memory_kib(server.pid)[0]

    def fill(self, photos: dict[int, Texts]) -> None:
        for piece in pieces(photos):
            self._cursor.execute(self._insert("INSERT", piece))
        self._cursor.execute("FLUSH RAMCHUNK photos")

    def ask(self, question: Question) -> list[int]:
        parts = [f"{self._said} {word}" for word in question.words]
        if question.beginning:
            parts.append(f"{self._said} {question.beginning}*")
        parts += [f"@facts {word}" for word in question.facts]
        parts.append(f"@access {question.who}")
        self._cursor.execute(f"SELECT id FROM photos WHERE MATCH('{' '.join(parts)}') ORDER BY id DESC LIMIT {PAGE} "
                             f"OPTION ranker = none, max_matches = {PAGE}")
        return [row for row, in self._cursor.fetchall()]

    def change(self, row: int, before: Texts, after: Texts) -> None:
        self._cursor.execute(self._insert("REPLACE", [(row, after)]))

    def empty(self) -> None:
        self._connection.ping(reconnect=False)

    def bytes(self) -> dict:
        return {"on disk": self._server.bytes(), "in memory": (memory_kib(self._server.pid)[0] - self._empty) << 10}

    def _insert(self, verb: str, photos: list) -> str:
        """The words are letters, digits and what parts tags, so that nothing has to be quoted."""
        rows = (f"({row}, 1, " + ", ".join(f"'{' '.join(texts.get(name, ()))}'" for name in self._columns) + ")"
                for row, texts in photos)
        return f"{verb} INTO photos (id, version, {', '.join(self._columns)}) VALUES {', '.join(rows)}"


def pieces(photos: dict[int, Texts]):
    rest = iter(photos.items())
    while piece := list(islice(rest, AT_ONCE)):
        yield piece


def keys_of(texts: Texts) -> set[str]:
    return {f"{name[0] if name in NOT_WORDS else 'w'}:{word}" for name, words in texts.items() for word in words}


def made(folder) -> tuple[str, list[str], dict[int, Texts], int]:
    """How the finder's table is made, its columns, what it says of each photograph, and the bytes of what the finder keeps
    beside it, in order to know at a change which words there were."""
    built = build.configure("release")
    build.compile_targets(built, ["finder_bench"])
    if subprocess.run([built / "finder_bench", folder, str(PHOTOS), "1"], check=False,
                      stdout=subprocess.DEVNULL).returncode != 0:
        raise Failed("the finder could not be filled")
    index = sqlite3.connect(folder / "find.db")
    made_by = index.execute("SELECT sql FROM sqlite_master WHERE name = 'words'").fetchone()[0]
    columns = [name for _, name, *_ in index.execute("PRAGMA table_info(words)")]
    index.execute("CREATE VIRTUAL TABLE temp.instance USING fts5vocab(main, words, 'instance')")
    photos = defaultdict(lambda: defaultdict(list))
    for row, column, word in index.execute("SELECT doc, col, term FROM temp.instance ORDER BY doc, col, offset"):
        photos[row][column].append(sys.intern(word))
    kept = index.execute("SELECT sum(length(texts)) FROM told").fetchone()[0]
    index.close()
    return made_by, columns, photos, kept


def questions(photos: dict[int, Texts]) -> dict[str, list[Question]]:
    """Each is drawn from a photograph, so that it finds at least this one."""
    draw = random.Random(14)
    rows = list(photos)
    asked = {"two words and a filter": [], "filters alone": [], "one word": [], "three letters": []}
    while any(len(of_kind) < QUESTIONS for of_kind in asked.values()):
        texts = photos[draw.choice(rows)]
        words = sorted({word for name in TYPED for word in texts.get(name, ()) if word.isalpha() and word.isascii()})
        facts = sorted(word for word in texts["facts"] if not word.startswith(SQUARE))
        who = [word for word in texts["access"] if word.startswith(PERSON)][0]
        if len(words) < 2 or len(facts) < 2:
            continue
        one, other = draw.sample(words, 2)
        fact, more = draw.sample(facts, 2)
        asked["two words and a filter"].append(Question(who, (one, other), facts=(fact,)))
        asked["filters alone"].append(Question(who, facts=(fact, more)))
        asked["one word"].append(Question(who, (one,)))
        asked["three letters"].append(Question(who, beginning=one[:3]))
    return asked


def timed(what, *arguments) -> tuple[float, object]:
    start = time.perf_counter()
    answer = what(*arguments)
    return (time.perf_counter() - start) * 1000, answer


def percentiles(times: list[float]) -> tuple[float, float]:
    times = sorted(times)
    return times[len(times) // 2], times[int(len(times) * 0.99)]


def ask_all(stores: dict, asked: list[Question]) -> dict[str, list[float]]:
    """Each question to all of them, in an order that is drawn. It is asked once before, untimed: so none is the one that reads
    from the disk what the next then finds in memory."""
    draw = random.Random(16)
    times = {name: [] for name in stores}
    for question in asked:
        hits = {name: store.ask(question) for name, store in stores.items()}
        if any(rows != hits["FTS5"] for rows in hits.values()) or not hits["FTS5"]:
            raise Failed(f"{question} has other hits: " +
                         "; ".join(f"{name}: {len(rows)}, {rows[:3]} …" for name, rows in hits.items()))
        for name in draw.sample(list(stores), len(stores)):
            times[name].append(timed(stores[name].ask, question)[0])
    return times


def change_all(stores: dict, photos: dict[int, Texts]) -> dict[str, list[float]]:
    draw = random.Random(15)
    times = {name: [] for name in stores}
    for row in draw.sample(list(photos), CHANGES):
        after = {**photos[row], "title": ["changed"]}
        for name, store in stores.items():
            times[name].append(timed(store.change, row, photos[row], after)[0])
    who = next(word for word in after["access"] if word.startswith(PERSON))
    ask_all(stores, [Question(who, ("changed",))])
    return times


def measure() -> None:
    packages.debian(packages.FLEET)
    with temporary_folder() as folder:
        made_by, columns, photos, kept = made(folder)
        with _redis.Single(folder / "redis") as redis, Searchd(folder / "sphinx", columns) as searchd:
            stores = {"FTS5": Fts5(folder, made_by, columns), "Redis": Postings(redis.address),
                      "Sphinx": Sphinx(searchd, columns)}
            filled = {name: timed(store.fill, photos)[0] / 1000 for name, store in stores.items()}
            sizes = {name: store.bytes() for name, store in stores.items()}
            for name in ("FTS5", "Redis"):
                sizes[name]["kept for changes"] = kept
            asked = questions(photos)
            times = {"an empty round trip": {name: [timed(store.empty)[0] for _ in range(QUESTIONS)]
                                             for name, store in stores.items()}}
            both = {"FTS5": stores["FTS5"], "FTS5, counting": Counted(stores["FTS5"]), **stores}
            times |= {kind: ask_all(both, of_kind) for kind, of_kind in asked.items()}
            times["a changed photograph"] = change_all(stores, photos)
    show(filled, sizes, times)


def show(filled: dict, sizes: dict, times: dict) -> None:
    rows, figures = [], {}
    for kind, of_kind in times.items():
        first = percentiles(of_kind["FTS5"])
        for name, ms in of_kind.items():
            p50, p99 = percentiles(ms)
            ratios = [round(p50 / first[0], 2), round(p99 / first[1], 2)]
            rows.append([kind, name, f"{p50:.3f}", f"{p99:.3f}", *ratios])
            figures.setdefault(kind, {})[name] = {"p50_ms": round(p50, 3), "p99_ms": round(p99, 3),
                                                  "p50_ratio": ratios[0], "p99_ratio": ratios[1]}
    table(["question", "store", "p50 ms", "p99 ms", "p50 of FTS5's", "p99 of FTS5's"], rows)
    table(["store", "filled, s", "of FTS5's", "bytes a photograph"],
          [[name, f"{seconds:.1f}", round(seconds / filled["FTS5"], 2),
            ", ".join(f"{size / PHOTOS:.0f} {where}" for where, size in sizes[name].items())]
           for name, seconds in filled.items()])
    report({"photos": PHOTOS, "filled_s": {name: round(seconds, 1) for name, seconds in filled.items()},
            "bytes_a_photo": {name: {where: round(size / PHOTOS) for where, size in of.items()}
                              for name, of in sizes.items()}, "times": figures})


if __name__ == "__main__":
    main(measure)
