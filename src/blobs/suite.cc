#include "blobs/suite.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <cstdio>
#include <future>
#include <map>
#include <set>
#include <thread>

#include "base/testing.h"

namespace cadre::blobs {

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(StoreSuite);

namespace {

using test::refusal, test::run, test::value;

constexpr const char* kPhoto = "photos/01900000-0000-7000-8000-000000000abc/";

void put(Store& store, std::string key, std::string content, Durability durability = Durability::synced) {
    value(store.put({Put{std::move(key), std::move(content), durability}}));
}

/// All that read() gives, in pieces of `piece` bytes.
Task<std::string> read_all(Object object, std::size_t piece) {
    std::string all;
    std::string buffer(piece, '\0');
    while (true) {
        const std::span<std::uint8_t> into(reinterpret_cast<std::uint8_t*>(buffer.data()), buffer.size());
        CO_TRY(const auto got, co_await object.read(into));
        if (got == 0) co_return all;
        all.append(buffer, 0, got);
    }
}

std::string content_of(const OpenFile& file) {
    std::string content(file.size, '\0');
    content.resize(
        static_cast<std::size_t>(std::max<ssize_t>(::pread(file.file->get(), content.data(), content.size(), 0), 0)));
    return content;
}

/// All pages.
std::vector<Item> list(Store& store, const std::string& prefix, std::size_t limit) {
    std::vector<Item> all;
    std::string cursor;
    do {
        auto page = value(store.list(prefix, cursor, limit));
        EXPECT_LE(page.items.size(), limit);
        all.insert(all.end(), page.items.begin(), page.items.end());
        cursor = page.next;
    } while (!cursor.empty());
    return all;
}

std::set<std::string> keys(const std::vector<Item>& items) {
    std::set<std::string> keys;
    for (const auto& item : items) EXPECT_TRUE(keys.insert(item.key).second) << "listed twice: " << item.key;
    return keys;
}

std::string id_number(int n) { return fmt::format("01900000-0000-7000-8000-{:012x}", n * 7919); }

std::string pattern(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>((i * 31 + i / 251) & 0x7fU);
    return text;
}

TEST_P(StoreSuite, WhatWasPutIsThere) {
    const auto key = std::string(kPhoto) + "f/1700000000000-00000000000000ff.json";
    put(store(), key, "{\"schema\":1}");
    EXPECT_EQ(value(store().get(key)), "{\"schema\":1}");
    const auto object = value(store().open(key));
    EXPECT_EQ(object.size, 12U);
    EXPECT_EQ(value(read_all(object, 5)), "{\"schema\":1}");
    const auto items = list(store(), kPhoto, 10);
    ASSERT_EQ(items.size(), 1U);
    EXPECT_EQ(items[0].key, key);
    EXPECT_EQ(items[0].size, 12U);
    EXPECT_EQ(items[0].modified, object.modified);
}

TEST_P(StoreSuite, AnEmptyObjectIsAnObject) {
    const auto key = std::string(kPhoto) + "tomb";
    put(store(), key, "");
    EXPECT_EQ(value(store().get(key)), "");
    EXPECT_EQ(value(read_all(value(store().open(key)), 100)), "");
    EXPECT_EQ(list(store(), kPhoto, 10).size(), 1U);
}

TEST_P(StoreSuite, AnObjectOfThreeMebibytesComesBackAsItWas) {
    const auto key = std::string(kPhoto) + "original";
    const auto content = pattern(3 * 1024 * 1024 + 17);
    put(store(), key, content);
    EXPECT_TRUE(value(store().get(key)) == content);
    EXPECT_TRUE(value(read_all(value(store().open(key)), 100'000)) == content);
}

TEST_P(StoreSuite, AFilesRangeIsPut) {
    const auto content = pattern(1'000'000);
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::tmpfile(), std::fclose);
    ASSERT_EQ(std::fwrite(content.data(), 1, content.size(), file.get()), content.size());
    std::fflush(file.get());
    const auto key = std::string(kPhoto) + "original";
    value(store().put({Put{key, FileRange{::fileno(file.get()), 1000, 700'000}, Durability::synced}}));
    EXPECT_TRUE(value(store().get(key)) == content.substr(1000, 700'000));
}

TEST_P(StoreSuite, RangesAreCutAtTheEnd) {
    const auto key = std::string(kPhoto) + "original";
    const auto content = pattern(1000);
    put(store(), key, content);
    constexpr auto kAll = ~std::uint64_t{0};
    struct Range {
        std::uint64_t offset, length;
    };
    for (const auto& [offset, length] :
         {Range{0, kAll}, Range{0, 1}, Range{0, 1000}, Range{0, 1001}, Range{999, 1}, Range{999, kAll}, Range{1000, 1},
          Range{1000, kAll}, Range{5000, kAll}, Range{100, 0}, Range{kAll, kAll}, Range{123, 456}}) {
        const auto object = value(store().open(key, offset, length));
        EXPECT_EQ(object.size, 1000U);
        const auto expected = offset > 1000 ? "" : content.substr(offset, length);
        EXPECT_EQ(value(read_all(object, 100)), expected) << offset << '+' << length;
    }
}

TEST_P(StoreSuite, WhatIsNotThereIsNotFound) {
    put(store(), std::string(kPhoto) + "f/1.json", "{}");
    for (const auto& key :
         {std::string(kPhoto) + "f/2.json", std::string(kPhoto) + "f", std::string(kPhoto) + "original",
          std::string("photos/01900000-0000-7000-8000-000000000abd/f/1.json"),
          std::string("other/01900000-0000-7000-8000-000000000abc/f/1.json")}) {
        EXPECT_EQ(refusal(store().get(key)), ErrorKind::not_found) << key;
        EXPECT_EQ(refusal(store().open(key)), ErrorKind::not_found) << key;
        EXPECT_EQ(refusal(store().copy(key, std::string(kPhoto) + "to", Durability::synced)), ErrorKind::not_found);
        value(store().remove({key}));
    }
    EXPECT_TRUE(list(store(), "other/", 10).empty());
    EXPECT_TRUE(list(store(), "photos/01900000-0000-7000-8000-000000000abd/", 10).empty());
}

TEST_P(StoreSuite, OneKeyMayBeginAsAnother) {
    const std::vector<std::string> together{"a/b", "a/b/c", "a/b/c/d", "a/b/c.d", "a/b/c-d", "a/bc", "a/b.c/d"};
    for (const auto& key : together) put(store(), key, key);
    for (const auto& key : together) EXPECT_EQ(value(store().get(key)), key);
    EXPECT_EQ(keys(list(store(), "", 2)), std::set<std::string>(together.begin(), together.end()));
    EXPECT_EQ(keys(list(store(), "a/b/c/", 2)), std::set<std::string>{"a/b/c/d"});
    value(store().remove({"a/b/c"}));
    EXPECT_EQ(refusal(store().get("a/b/c")), ErrorKind::not_found);
    EXPECT_EQ(value(store().get("a/b/c/d")), "a/b/c/d");
}

TEST_P(StoreSuite, EveryAllowedCharacterAndLengthIsKept) {
    std::set<std::string> all{"settings/f/A-z_0.9.json", "media/x..y/...z", "k/-_/-", "k/a../b", "K/a/B", "k/a/b"};
    std::string longest = "photos/01900000-0000-7000-8000-000000000abc/";
    while (longest.size() < 198) longest += "x/";
    longest.resize(200, 'y');
    all.insert(longest);
    for (const auto& key : all) put(store(), key, key);
    for (const auto& key : all) EXPECT_EQ(value(store().get(key)), key);
    EXPECT_EQ(keys(list(store(), "", 3)), all);
}

TEST_P(StoreSuite, KeysOfAnotherFormAreRefused) {
    put(store(), "a/b/c", "x");
    for (const auto& key : {std::string(),
                            std::string("a"),
                            std::string("/a/b"),
                            std::string("a/b/"),
                            std::string("a//b"),
                            std::string("a/../b"),
                            std::string("../a/b"),
                            std::string("a/b/.."),
                            std::string("a/./b"),
                            std::string("./a"),
                            std::string("a/b c"),
                            std::string("a/b,c"),
                            std::string("a/b=c"),
                            std::string("a/b+c"),
                            std::string("a/b\\c"),
                            std::string("a/b\n"),
                            std::string("a/b\0c", 5),
                            std::string("a/b%2e"),
                            std::string("a/\xc3\xa4"),
                            "a/" + std::string(199, 'b')}) {
        EXPECT_EQ(refusal(store().put({Put{key, std::string("x")}})), ErrorKind::invalid) << key;
        EXPECT_EQ(refusal(store().get(key)), ErrorKind::invalid) << key;
        EXPECT_EQ(refusal(store().open(key)), ErrorKind::invalid) << key;
        EXPECT_EQ(refusal(store().remove({key})), ErrorKind::invalid) << key;
        EXPECT_EQ(refusal(store().copy("a/b/c", key, Durability::synced)), ErrorKind::invalid) << key;
    }
    for (const char* prefix : {"a", "a/b", "/", "../", "a//", "a/../", "a/b c/"})
        EXPECT_EQ(refusal(store().list(prefix, "", 10)), ErrorKind::invalid) << prefix;
    EXPECT_EQ(list(store(), "", 10).size(), 1U);
}

TEST_P(StoreSuite, ALaterPutIsNotThereBeforeAnEarlierOne) {
    constexpr int kRounds = 10;
    constexpr int kPuts = 20;
    const auto key = [](int round, int n) { return fmt::format("{}f/{}-{}", kPhoto, round, n); };
    std::atomic<int> round{0};
    std::thread reader([&] {
        while (round < kRounds) {
            const int now = round;
            bool later = false;
            for (int n = kPuts; n-- > 0;) {  // the later first: when it is seen, the earlier must be there already
                const bool there = run(store().get(key(now, n))).has_value();
                EXPECT_TRUE(there || !later) << key(now, n) << " was not there, but a later one was";
                later = later || there;
            }
        }
    });
    for (; round < kRounds; ++round) {
        std::vector<Put> puts;
        for (int n = 0; n < kPuts; ++n)
            puts.push_back({key(round, n), std::string("x"), n % 2 == 0 ? Durability::synced : Durability::disposable});
        value(store().put(puts));
    }
    reader.join();
}

TEST_P(StoreSuite, AReplacedObjectIsSeenOldOrNewAndWhole) {
    const auto key = std::string(kPhoto) + "d/size";
    put(store(), key, std::string(1, 'a'));
    std::atomic<bool> stop{false};
    std::vector<std::thread> readers;
    for (int i = 0; i < 2; ++i)
        readers.emplace_back([&] {
            while (!stop) {
                const auto text = value(store().get(key));
                ASSERT_FALSE(text.empty());
                // A whole object is n of the letter number n.
                EXPECT_EQ(text, std::string(static_cast<std::size_t>(text[0] - 'a') * 1000 + 1, text[0]));
            }
        });
    for (int round = 0; round < 100; ++round) {
        const auto letter = round % 26;
        put(store(), key, std::string(static_cast<std::size_t>(letter) * 1000 + 1, static_cast<char>('a' + letter)),
            round % 2 == 0 ? Durability::synced : Durability::disposable);
    }
    stop = true;
    for (auto& reader : readers) reader.join();
}

TEST_P(StoreSuite, WhatIsOpenStaysReadableWhenItIsRemovedOrReplaced) {
    for (const auto& key : {std::string(kPhoto) + "original", std::string("media/x/y/raw")}) {
        const auto content = pattern(200'000);
        put(store(), key, content);
        const auto first = value(store().open(key));
        put(store(), key, "other");
        const auto second = value(store().open(key));
        value(store().remove({key}));
        EXPECT_TRUE(value(read_all(first, 50'000)) == content);
        EXPECT_EQ(value(read_all(second, 50'000)), "other");
        EXPECT_EQ(refusal(store().open(key)), ErrorKind::not_found);
    }
}

TEST_P(StoreSuite, WhatIsAtHandIsWhatOpenWouldGive) {
    const std::string key = "media/x/y/raw";
    const auto agrees = [&](std::optional<std::string> content) {
        for (int i = 0; i < 2; ++i) {  // before and after it was opened
            const auto found = store().at_hand(key);
            EXPECT_TRUE(!found || content == content_of(*found));
            if (content) {
                EXPECT_EQ(value(read_all(value(store().open(key)), 1000)), *content);
            }
        }
    };
    agrees(std::nullopt);
    put(store(), key, "first");
    agrees("first");
    put(store(), key, "second, and longer");
    agrees("second, and longer");
    value(store().copy(key, "media/x/y/other", Durability::disposable));
    agrees("second, and longer");
    value(store().remove({key}));
    EXPECT_FALSE(store().at_hand(key));
}

TEST_P(StoreSuite, ACopyIsAnObjectOfItsOwn) {
    const auto content = pattern(100'000);
    for (const auto durability : {Durability::synced, Durability::disposable}) {
        put(store(), "media/a/one/s.bin", content);
        put(store(), "media/a/two/s.bin", "what was there before");
        value(store().copy("media/a/one/s.bin", "media/a/two/s.bin", durability));
        value(store().copy("media/a/one/s.bin", "media/a/two/s.bin", durability));  // once more changes nothing
        EXPECT_TRUE(value(store().get("media/a/two/s.bin")) == content);
        put(store(), "media/a/one/s.bin", "new");
        EXPECT_TRUE(value(store().get("media/a/two/s.bin")) == content);
        value(store().remove({"media/a/one/s.bin"}));
        EXPECT_TRUE(value(store().get("media/a/two/s.bin")) == content);
        value(store().copy("media/a/two/s.bin", "media/a/two/s.bin", durability));
        EXPECT_TRUE(value(store().get("media/a/two/s.bin")) == content);
    }
    EXPECT_EQ(keys(list(store(), "", 10)), std::set<std::string>{"media/a/two/s.bin"});
}

TEST_P(StoreSuite, PrefixesSelectWholePieces) {
    const std::set<std::string> all{"photos/a/original", "photos/a/f/1",  "photos/a/f/2", "photos/a/ff/1",
                                    "photos/ab/f/1",     "photosx/a/f/1", "media/a/k/s"};
    for (const auto& key : all) put(store(), key, "x");
    const std::map<std::string, std::size_t> expected{
        {"", 7},       {"photos/", 5},    {"photos/a/", 4}, {"photos/a/f/", 2}, {"photos/a/ff/", 1},
        {"media/", 1}, {"media/a/k/", 1}, {"photos/b/", 0}, {"phot/", 0}};
    for (const auto& [prefix, count] : expected)
        for (const std::size_t limit : {1U, 2U, 100U}) {
            const auto found = keys(list(store(), prefix, limit));
            EXPECT_EQ(found.size(), count) << prefix;
            for (const auto& key : found) EXPECT_TRUE(key.starts_with(prefix)) << key;
        }
}

TEST_P(StoreSuite, TenThousandObjectsAreListedOnceEachAndThoseOfAnIdTogether) {
    constexpr int kIds = 2000;
    std::vector<Put> puts;
    for (int i = 0; i < kIds; ++i)
        for (int n = 0; n < 5; ++n)
            puts.push_back({fmt::format("photos/{}/f/{}", id_number(i), n), std::to_string(i), Durability::disposable});
    value(store().put(puts));
    const auto all = list(store(), "photos/", 777);
    EXPECT_EQ(keys(all).size(), static_cast<std::size_t>(kIds) * 5);
    std::set<std::string> seen;
    std::string current;
    for (const auto& item : all) {
        const auto id = item.key.substr(7, 36);
        if (id == current) continue;
        EXPECT_TRUE(seen.insert(id).second) << "not together: " << id;
        current = id;
    }
    std::vector<std::string> everything;
    for (const auto& item : all) everything.push_back(item.key);
    value(store().remove(everything));
    EXPECT_TRUE(list(store(), "", 10).empty());
}

TEST_P(StoreSuite, WhatIsThereAllTheWhileIsListedWhileOthersWrite) {
    std::set<std::string> stays;
    for (int i = 0; i < 100; ++i) {
        const auto key = fmt::format("photos/{}/original", id_number(i));
        put(store(), key, "x", Durability::disposable);
        stays.insert(key);
    }
    std::atomic<bool> stop{false};
    std::thread writer([&] {
        for (int n = 0; !stop; ++n) {
            const auto key = fmt::format("photos/{}/f/{}", id_number(n % 150), n % 3);
            put(store(), key, "y", Durability::disposable);
            value(store().remove({key}));
        }
    });
    for (const std::size_t limit : {1U, 3U, 50U}) {
        const auto found = keys(list(store(), "photos/", limit));
        for (const auto& key : stays) EXPECT_TRUE(found.contains(key)) << key;
    }
    stop = true;
    writer.join();
}

TEST_P(StoreSuite, AnAtomicListingNeverMissesBothOfTwoThatTakeTurns) {
    if (!store().traits().atomic_listing) GTEST_SKIP() << "this store's listings are not atomic";
    const auto key = [](int n) { return std::string(kPhoto) + "f/" + std::to_string(n); };
    put(store(), key(0), "x");
    std::atomic<bool> stop{false};
    std::thread writer([&] {
        for (int n = 1; !stop; ++n) {
            put(store(), key(n % 50), "x", Durability::disposable);
            value(store().remove({key((n - 1) % 50)}));
        }
    });
    for (int i = 0; i < 2000; ++i) {
        const auto page = value(store().list(std::string(kPhoto) + "f/", "", 100));
        EXPECT_GE(page.items.size(), 1U);
        EXPECT_LE(page.items.size(), 2U);
    }
    stop = true;
    writer.join();
}

TEST_P(StoreSuite, PutsAndRemovalsOfOneIdDoNotDisturbEachOther) {
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            const auto key = std::string(kPhoto) + "f/" + std::to_string(t);
            for (int i = 0; i < 300; ++i) {
                put(store(), key, "x", Durability::disposable);
                EXPECT_EQ(value(store().get(key)), "x");
                value(store().remove({key}));
            }
        });
    for (auto& thread : threads) thread.join();
    EXPECT_TRUE(list(store(), "", 10).empty());
}

TEST_P(StoreSuite, AHealthyStorePassesItsCheck) {
    value(store().check());
    EXPECT_TRUE(list(store(), "", 10).empty());
}

}  // namespace
}  // namespace cadre::blobs
