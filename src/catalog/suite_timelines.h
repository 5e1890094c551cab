// Timelines against a model that knows nothing but all entries: whatever happened, in whatever order, what the catalog
// answers is what the model computes from them.
#pragma once

#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "catalog/suite.h"

namespace cadre::catalog {
inline Id some_id(std::uint64_t number) {
    Id id;
    for (std::size_t i = 0; i < 8; ++i) id.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    return id;
}

class Model {
public:
    std::map<Id, Truth> photos;

    [[nodiscard]] std::vector<Row> rows(const View& view) const {
        std::vector<Row> rows;
        for (const auto& [id, photo] : photos)
            for (const auto& posting : suite_declared().postings_of({Kind::photo, id}, photo).all) {
                if (posting.view != view) continue;
                rows.push_back(*row_of(id, photo));
                rows.back().place = posting.place;
            }
        std::ranges::sort(rows, [](const Row& a, const Row& b) { return a.place > b.place; });
        return rows;
    }

    [[nodiscard]] static std::string version(const std::vector<Row>& rows) {
        std::uint64_t digest = 0;
        for (const auto& row : rows) digest ^= digest_of(row);
        char text[17];
        std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(digest));
        return text;
    }

    [[nodiscard]] static std::map<Month, std::vector<Row>, std::greater<>> by_month(const std::vector<Row>& rows) {
        std::map<Month, std::vector<Row>, std::greater<>> months;
        for (const auto& row : rows) months[month_of(row.place)].push_back(row);
        return months;
    }

    [[nodiscard]] static Timeline timeline(const std::vector<Row>& rows) {
        Timeline timeline{version(rows), rows.size(), {}};
        for (const auto& [month, of] : by_month(rows)) {
            MonthSummary summary{month, static_cast<std::uint32_t>(of.size()), {}};
            for (const auto& row : of) {
                const int day = date_of(row.place.at).day;
                if (summary.days.empty() || summary.days.back().day != day) summary.days.push_back({day, 0, 0});
                ++summary.days.back().count;
                summary.days.back().aspect += aspect_of(row);
            }
            timeline.months.push_back(std::move(summary));
        }
        return timeline;
    }
};

class CatalogTimelines : public CatalogSuite {
protected:
    static constexpr std::size_t kPhotos = 150;
    std::mt19937_64 dice_{20241122};
    Model model_;
    std::vector<Id> owners_{some_id(0xaa), some_id(0xbb)};

    [[nodiscard]] std::vector<View> views() const {
        std::vector<View> views{{Family::wall}};
        for (const auto& owner : owners_) {
            for (const auto family : {Family::mine, Family::trash, Family::favourites, kPile})
                views.push_back({family, owner});
            for (const auto* word : {"a", "b/c"}) views.push_back({kLabel, owner, word});
        }
        return views;
    }

    std::uint64_t roll(std::uint64_t sides) { return dice_() % sides; }

    json::value random_date() {
        static constexpr const char* kDates[] = {"1826-07-04T12:00:00",
                                                 "9999-12-31T23:59:59Z",
                                                 "0001-01-01T00:00:00",
                                                 "2024-02-29T23:59:59+02:00",
                                                 "2024-03-01T00:00:00Z",
                                                 "not a date",
                                                 "2024-02-29T23:59:59.25+02:00",
                                                 "2024-02-29T23:59:59.5+02:00",
                                                 "2024",
                                                 "2024-03",
                                                 "2024-03-01"};
        if (roll(4) == 0) return kDates[roll(std::size(kDates))];
        char text[32];
        std::snprintf(text, sizeof text, "2024-%02d-%02dT%02d:00:00", static_cast<int>(1 + roll(3)),
                      static_cast<int>(1 + roll(28)), static_cast<int>(roll(3)));
        return text;
    }

    /// One field of a photo, under a stamp that may well be older than what is there.
    Truth random_change() {
        Truth change;
        const Stamp stamp{static_cast<std::int64_t>(roll(1000)), dice_()};
        const auto set = [&](const char* name, json::value value) { change.facts.set(name, std::move(value), stamp); };
        switch (roll(15)) {
            case 0:
            case 1:
                set("owner", json::string(owners_[roll(2)].text()));
                break;
            case 2:
            case 3:
                set("access", json::object{{"visibility", roll(3) != 0 ? "public" : "private"},
                                           {"key", json::string(std::to_string(roll(1000)))}});
                break;
            case 4:
                change.derived.set("state", roll(4) != 0 ? "ready" : "failed", stamp);
                break;
            case 5:
                set("taken_at", random_date());
                break;
            case 6:
                set("favourite", roll(2) != 0);
                break;
            case 7:
                set("trashed_at", roll(3) == 0 ? json::value(5) : json::value(nullptr));
                break;
            case 8:
                set("title", json::string(std::to_string(roll(5))));
                break;
            case 9:
                set("width", roll(5000));
                break;
            case 10:
                set("filename", json::string("IMG_" + std::to_string(roll(20)) + ".jpg"));
                break;
            case 11:
                set("modified", static_cast<std::int64_t>(roll(5) * 250));
                set("modified_offset", static_cast<std::int64_t>(roll(3) * 60) - 60);
                break;
            case 12:
                set(roll(2) != 0 ? "label:a" : "label:b/c", roll(3) != 0 ? json::value(true) : json::value(nullptr));
                break;
            case 13:
                change.facts.set("pile:" + owners_[roll(2)].text(),
                                 roll(3) != 0 ? json::value(roll(5)) : json::value(nullptr), stamp);
                break;
            default:
                set("uploaded_at", static_cast<std::int64_t>(roll(4'000'000'000'000)) - 2'000'000'000'000);
        }
        if (roll(400) == 0) change.purged = true;
        return change;
    }

    /// A change of one photo in both the catalog and the model.
    Task<bool> random_step(const Id& id) {
        const Ref ref{Kind::photo, id};
        if (roll(12) == 0) {
            std::optional<Truth> truth;
            if (roll(2) != 0) truth = random_change();
            const bool there = model_.photos.contains(id);
            if (truth)
                model_.photos[id] = *truth;
            else
                model_.photos.erase(id);
            return replace_now(ref, there, std::move(truth));
        }
        auto change = random_change();
        for (auto more = roll(4); more-- > 0;) join(change, random_change());
        join(model_.photos[id], change);
        return apply_now(ref, std::move(change));
    }

    Task<bool> apply_now(Ref ref, Truth truth) {
        CO_TRY(const auto entry, co_await catalog_->apply(ref, std::move(truth)));
        co_return entry.version != 0;
    }
    Task<bool> replace_now(Ref ref, bool there, std::optional<Truth> truth) {
        CO_TRY(const auto entry, co_await catalog_->get(ref));
        if (entry.has_value() != there) co_return false;
        co_return co_await catalog_->replace(ref, entry ? entry->version : 0, std::move(truth));
    }

    /// All words of a person's labels, read in pages.
    std::vector<std::string> listed(const Id& person, std::size_t at_once) {
        std::vector<std::string> words;
        std::string after;
        do {
            auto page = ok(catalog_->words(kLabel, person, after, at_once));
            for (auto& word : page.items) words.push_back(std::move(word.word));
            after = std::move(page.next);
        } while (!after.empty());
        return words;
    }

    void compare(const View& view) {
        const auto rows = model_.rows(view);
        ASSERT_EQ(ok(catalog_->timeline(view)), Model::timeline(rows));
        for (int twice = 0; twice < 2; ++twice) ASSERT_EQ(ok(catalog_->version(view)), Model::version(rows));
        for (const auto& [month, of] : Model::by_month(rows)) compare_month(view, month, of);
        compare_newest(view, rows);
        if (view.family != kLabel) return;
        const auto words = ok(catalog_->words(kLabel, view.of, "", 100)).items;
        const auto word = std::ranges::find(words, view.word, &Word::word);
        ASSERT_EQ(word == words.end() ? 0 : word->count, rows.size()) << view.word;
    }

    void compare_month(const View& view, const Month& month, const std::vector<Row>& rows) {
        const MonthVersion version{Model::version(rows), static_cast<std::uint32_t>(rows.size())};
        for (int twice = 0; twice < 2; ++twice) ASSERT_EQ(ok(catalog_->month_version(view, month)), version);
        std::vector<Row> paged;
        const auto step = static_cast<std::uint32_t>(1 + roll(9));
        for (std::uint32_t offset = 0; offset <= rows.size(); offset += step) {
            const auto page = ok(catalog_->month(view, month, offset, step));
            ASSERT_EQ(page.month, version);
            paged.insert(paged.end(), page.rows.begin(), page.rows.end());
        }
        ASSERT_EQ(paged, rows) << month.text();
    }

    void compare_newest(const View& view, const std::vector<Row>& rows) {
        std::vector<Row> paged;
        std::optional<Place> after;
        const auto step = static_cast<std::uint32_t>(1 + roll(40));
        while (true) {
            const auto page = ok(catalog_->newest(view, after, step));
            if (page.empty()) break;
            ASSERT_LE(page.size(), step);
            paged.insert(paged.end(), page.begin(), page.end());
            after = page.back().place;
        }
        ASSERT_EQ(paged, rows);
    }
};

}  // namespace cadre::catalog
