// Views: each month lies whole in one partition, the months of a view all over them.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>

#include "base/concurrently.h"
#include "base/number.h"
#include "catalog/redis/driver.h"
#include "catalog/redis/scripts.h"

namespace cadre::catalog::redis {
namespace {

using cadre::redis::Reply;
using cadre::redis::ScriptCall;

constexpr std::size_t kFirstMonths = 2;
constexpr std::size_t kMostMonthsAtOnce = 64;
constexpr std::size_t kWordsAtOnce = 64;
constexpr std::size_t kSummariesAtOnce = 64;

/// The first second of a day.
std::int64_t start_of(const Month& month, int day) {
    using namespace std::chrono;
    const sys_days first = year(month.year) / std::chrono::month(static_cast<unsigned>(month.month)) / 1;
    return sys_seconds(first + days(day - 1)).time_since_epoch().count();
}

std::string version_text(std::uint64_t digest) { return fmt::format("{:016x}", digest); }

std::uint64_t number_from(std::string_view text) { return parse_number<std::uint64_t>(text).value_or(0); }

/// Rows of buckets, [id, row, id, row, …] each, that stand below `before`, newest first.
Result<std::vector<Row>> rows_from(const std::vector<Reply>& buckets, std::size_t first,
                                   const std::optional<Place>& before) {
    std::vector<Row> rows;
    for (std::size_t i = first; i < buckets.size(); ++i) {
        const auto& items = buckets[i].array();
        for (std::size_t at = 0; at + 1 < items.size(); at += 2) {
            TRY(auto stored, unpack_row(items[at].text(), items[at + 1].text()));
            if (!before || stored.row.place < *before) rows.push_back(std::move(stored.row));
        }
    }
    // Places have the order of their bytes, by which the buckets are told apart, wherever these differ.
    std::ranges::sort(rows, [](const Row& a, const Row& b) { return a.place > b.place; });
    return rows;
}

Result<KnownMonths::Months> months_from(const Result<Reply>& reply) {
    if (!reply) return fail(reply.error());
    if (reply->is_nil()) return fail(incomplete());
    KnownMonths::Months months;
    for (const auto& member : reply->array())
        if (const auto month = month_of_number(member.text())) months.insert(*month);
    return months;
}

}  // namespace

ScriptCall Driver::members_call(const View& view) const {
    return safe_call(scripts().members, {layout_.marker(layout_.partition_of(view)), layout_.months(view)}, {});
}

// ---- one month -----------------------------------------------------------------------------------------------------

Task<MonthVersion> Driver::month_version(View view, Month month) { return month_versions_(MonthOf{view, month}); }

Task<MonthVersion> Driver::read_month_version(MonthOf of) {
    CO_TRY(auto rows, co_await read_month(of.view, of.month, 0, 0));
    co_return std::move(rows.month);
}

Task<MonthRows> Driver::month(View view, Month month, std::uint32_t offset, std::uint32_t limit) {
    return read_month(view, month, offset, limit);
}

Task<MonthRows> Driver::read_month(View view, Month month, std::uint32_t offset, std::uint32_t limit) {
    const auto home = layout_.home_of({view, month});
    std::vector<std::string> keys{layout_.marker(home.partition), layout_.head(home), layout_.directory(home)};
    std::vector<std::string> arguments{layout_.rows(home), std::to_string(offset), std::to_string(limit)};
    auto call = safe_call(scripts().month, std::move(keys), std::move(arguments));
    CO_TRY(const auto reply, co_await cluster_.run(std::move(call)));
    if (reply.is_nil()) co_return fail(incomplete());
    const auto& parts = reply.array();
    MonthRows page;
    page.month.count = static_cast<std::uint32_t>(parts.at(0).integer());
    page.month.version = version_text(big_endian(parts.at(1).text()));
    CO_TRY(page.rows, rows_from(parts, 3, std::nullopt));
    const auto skipped = std::min(page.rows.size(), static_cast<std::size_t>(parts.at(2).integer()));
    page.rows.erase(page.rows.begin(), page.rows.begin() + static_cast<std::ptrdiff_t>(skipped));
    if (page.rows.size() > limit) page.rows.resize(limit);
    co_return page;
}

// ---- all months ----------------------------------------------------------------------------------------------------

std::vector<Driver::Group> Driver::by_partition(const View& view, const KnownMonths::Months& months) const {
    std::map<std::size_t, Group> groups;
    for (const auto& month : months) {
        const auto home = layout_.home_of({view, month});
        auto& group = groups[home.partition];
        if (group.keys.empty()) group.keys.push_back(layout_.marker(home.partition));
        group.keys.push_back(layout_.head(home));
        group.months.push_back(month);
    }
    std::vector<Group> list;
    for (auto& [partition, group] : groups) list.push_back(std::move(group));
    return list;
}

Result<std::vector<Driver::Head>> Driver::heads_from(const std::vector<Month>& asked, const Result<Reply>& reply) {
    if (!reply) return fail(reply.error());
    if (reply->is_nil()) return fail(incomplete());
    std::vector<Head> heads;
    for (std::size_t i = 0; i < asked.size(); ++i) {
        const auto& fields = reply->array().at(i).array();
        if (fields.empty()) continue;
        Head head{asked[i], 0, 0, {}};
        std::map<int, Day, std::greater<>> days;
        for (std::size_t at = 0; at + 1 < fields.size(); at += 2) {
            const auto &name = fields[at].text(), &value = fields[at + 1].text();
            const int day = static_cast<int>(number_from(std::string_view(name).substr(1)));
            if (name == "n") head.count = static_cast<std::uint32_t>(number_from(value));
            if (name == "v") head.digest = big_endian(value);
            if (day == 0) continue;
            days[day].day = day;
            if (name[0] == 'c') days[day].count = static_cast<std::uint32_t>(number_from(value));
            if (name[0] == 'a') days[day].aspect = number_from(value);
        }
        for (const auto& [number, day] : days) head.days.push_back(day);
        heads.push_back(std::move(head));
    }
    return heads;
}

Task<std::vector<Driver::Head>> Driver::heads(View view, std::string what) {
    // The months that this process knows are asked for together with the list of all: one wait, mostly.
    auto wanted = months_.of(view);
    std::optional<KnownMonths::Months> all;
    std::map<Month, Head, std::greater<>> found;
    while (!all || !wanted.empty()) {
        auto groups = by_partition(view, wanted);
        std::vector<ScriptCall> calls;
        for (auto& group : groups) {
            std::vector<std::string> arguments{what};
            calls.push_back(safe_call(scripts().heads, std::move(group.keys), std::move(arguments)));
        }
        if (!all) calls.push_back(members_call(view));
        CO_TRY(const auto replies, co_await cluster_.run_all(std::move(calls)));
        for (std::size_t i = 0; i < groups.size(); ++i) {
            CO_TRY(auto of_group, heads_from(groups[i].months, replies[i]));
            for (auto& head : of_group) found.insert_or_assign(head.month, std::move(head));
        }
        KnownMonths::Months unknown;
        if (!all) {
            CO_TRY(all, months_from(replies.back()));
            std::ranges::set_difference(*all, wanted, std::inserter(unknown, unknown.end()), std::greater<>());
            months_.set(view, *all);
        }
        wanted = std::move(unknown);
    }
    std::vector<Head> list;
    for (auto& [month, head] : found) list.push_back(std::move(head));
    co_return list;
}

Task<std::string> Driver::version(View view) { return versions_(view); }

Task<std::string> Driver::read_version(View view) {
    std::string what = "v";
    CO_TRY(const auto all, co_await heads(view, std::move(what)));
    std::uint64_t digest = 0;
    for (const auto& head : all) digest ^= head.digest;
    co_return version_text(digest);
}

Task<Timeline> Driver::timeline(View view) {
    std::string what = "all";
    CO_TRY(auto all, co_await heads(view, std::move(what)));
    std::uint64_t digest = 0;
    Timeline timeline;
    for (auto& head : all) {
        digest ^= head.digest;
        timeline.total += head.count;
        timeline.months.push_back({head.month, head.count, std::move(head.days)});
    }
    timeline.version = version_text(digest);
    co_return timeline;
}

Task<std::vector<Summary>> Driver::summaries(std::vector<View> views) {
    std::vector<Summary> all(views.size());
    std::optional<Error> fault;
    co_await concurrently(views.size(), kSummariesAtOnce, [&](std::size_t i) -> asio::awaitable<void> {
        if (fault) co_return;
        auto kept = co_await timeline(views[i]);
        if (!kept) {
            fault = std::move(kept).error();
            co_return;
        }
        auto newest = co_await this->newest(views[i], std::nullopt, 1);
        if (!newest) {
            fault = newest.error();
            co_return;
        }
        if (newest->empty() || kept->months.empty()) co_return;
        all[i].total = kept->total;
        all[i].newest = std::move(newest->front());
        const auto& last = kept->months.back();
        all[i].oldest.at = start_of(last.month, last.days.empty() ? 1 : last.days.back().day);
    });
    if (fault) co_return fail(std::move(*fault));
    co_return all;
}

// ---- the newest rows -----------------------------------------------------------------------------------------------

Task<std::vector<Row>> Driver::newest(View view, std::optional<Place> after, std::uint32_t limit) {
    std::map<Month, std::vector<Row>, std::greater<>> found;
    auto months = months_.of(view);
    bool listed = false;
    for (std::size_t at_once = kFirstMonths;; at_once = std::min(at_once * 2, kMostMonthsAtOnce)) {
        // The first months that are not read yet, until what is read before them is enough.
        std::vector<MonthOf> wanted;
        std::size_t rows = 0;
        for (const auto& month : months) {
            if (after && month > month_of(*after)) continue;
            if (rows >= limit || wanted.size() == at_once) break;
            if (const auto known = found.find(month); known != found.end())
                rows += known->second.size();
            else
                wanted.push_back({view, month});
        }
        if (listed && wanted.empty()) break;
        std::vector<ScriptCall> calls;
        for (const auto& month : wanted) {
            const bool begins = after && month.month == month_of(*after);
            const auto home = layout_.home_of(month);
            std::vector<std::string> keys{layout_.marker(home.partition), layout_.directory(home)};
            std::vector<std::string> arguments{layout_.rows(home), begins ? bytes_of(*after) : std::string(),
                                               std::to_string(limit)};
            calls.push_back(safe_call(scripts().below, std::move(keys), std::move(arguments)));
        }
        if (!listed) calls.push_back(members_call(view));
        CO_TRY(const auto replies, co_await cluster_.run_all(std::move(calls)));
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            if (!replies[i]) co_return fail(replies[i].error());
            if (replies[i]->is_nil()) co_return fail(incomplete());
            CO_TRY(found[wanted[i].month], rows_from(replies[i]->array(), 0, after));
        }
        if (listed) continue;
        CO_TRY(months, months_from(replies.back()));
        months_.set(view, months);
        listed = true;
    }
    std::vector<Row> newest;
    for (auto& [month, rows] : found)
        for (auto& row : rows)
            if (newest.size() < limit && months.contains(month)) newest.push_back(std::move(row));
    co_return newest;
}

// ---- lists of views ------------------------------------------------------------------------------------------------

Task<Page<Word>> Driver::words(Family family, Id person, std::string after, std::size_t limit) {
    const View all{family, person};
    const auto wanted = std::clamp<std::size_t>(limit, 1, 10'000);
    Page<Word> page;
    std::vector<std::string> keys{layout_.marker(layout_.partition_of(all)), layout_.words(all)};
    std::vector<std::string> arguments{std::move(after), std::to_string(wanted + 1)};
    auto call = safe_call(scripts().words, std::move(keys), std::move(arguments));
    CO_TRY(const auto reply, co_await cluster_.run(std::move(call)));
    if (reply.is_nil()) co_return fail(incomplete());
    for (const auto& word : reply.array()) page.items.push_back({word.text(), 0});
    if (page.items.size() > wanted) {
        page.items.resize(wanted);
        page.next = page.items.back().word;
    }
    CO_CHECK(co_await each(page.items.size(), kWordsAtOnce, [&](std::size_t i) -> Task<void> {
        const View view{family, person, page.items[i].word};
        std::string what = "v";
        CO_TRY(const auto months, co_await heads(view, std::move(what)));
        for (const auto& month : months) page.items[i].count += month.count;
        co_return Result<void>();
    }));
    // The list keeps words that nothing has any more.
    std::erase_if(page.items, [](const Word& word) { return word.count == 0; });
    co_return page;
}

}  // namespace cadre::catalog::redis
