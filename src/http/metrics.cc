#include "http/metrics.h"

#include <fmt/format.h>

#include <iterator>
#include <map>
#include <mutex>
#include <stdexcept>
#include <variant>

namespace cadre::http {
namespace {

struct Asked {
    std::function<double()> value;
};

using Series = std::variant<std::unique_ptr<Counter>, std::unique_ptr<Gauge>, std::unique_ptr<Histogram>, Asked>;

struct Family {
    std::string help;
    std::string_view type;
    std::map<std::string, Series> series;  // by its labels as text
};

void append_escaped(std::string& out, std::string_view value) {
    for (const char c : value) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '\\' || c == '"') out.push_back('\\');
        out.push_back(c);
    }
}

/// `a="1",b="2"`
std::string text_of(const Labels& labels) {
    std::string out;
    for (const auto& [name, value] : labels) {
        if (!out.empty()) out.push_back(',');
        out += name;
        out += "=\"";
        append_escaped(out, value);
        out.push_back('"');
    }
    return out;
}

std::string braced(const std::string& labels) { return labels.empty() ? labels : "{" + labels + "}"; }

}  // namespace

void Histogram::observe(std::uint64_t microseconds) {
    std::size_t bucket = 0;
    while (bucket < kBounds.size() && microseconds > kBounds[bucket]) ++bucket;
    buckets_[bucket].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(microseconds, std::memory_order_relaxed);
}

std::uint64_t Histogram::count() const {
    std::uint64_t all = 0;
    for (const auto& bucket : buckets_) all += bucket.load(std::memory_order_relaxed);
    return all;
}

std::optional<double> Histogram::quantile(const Buckets& buckets, double q) {
    std::uint64_t all = 0;
    for (const auto count : buckets) all += count;
    if (all == 0) return std::nullopt;
    const double wanted = q * static_cast<double>(all);
    double below = 0;
    for (std::size_t i = 0; i < kBounds.size(); ++i) {
        const auto count = static_cast<double>(buckets[i]);
        const auto from = static_cast<double>(i == 0 ? 0 : kBounds[i - 1]);
        const auto to = static_cast<double>(kBounds[i]);
        if (count > 0 && below + count >= wanted) return from + (to - from) * (wanted - below) / count;
        below += count;
    }
    return static_cast<double>(kBounds.back());
}

struct Metrics::Families {
    mutable std::mutex mutex;
    std::vector<std::function<std::string()>> more;
    std::map<std::string, Family, std::less<>> by_name;

    template <class Kind>
    Kind& get(std::string_view name, std::string_view help, std::string_view type, const Labels& labels) {
        const std::lock_guard lock(mutex);
        auto& family = by_name.try_emplace(std::string(name), Family{std::string(help), type, {}}).first->second;
        auto& series = family.series.try_emplace(text_of(labels), std::make_unique<Kind>()).first->second;
        auto* found = std::get_if<std::unique_ptr<Kind>>(&series);
        if (found == nullptr) throw std::invalid_argument("two kinds of metric have the name " + std::string(name));
        return **found;
    }
};

Metrics::Metrics() : families_(std::make_unique<Families>()) {}
Metrics::~Metrics() = default;

Counter& Metrics::counter(std::string_view name, std::string_view help, Labels labels) {
    return families_->get<Counter>(name, help, "counter", labels);
}

Gauge& Metrics::gauge(std::string_view name, std::string_view help, Labels labels) {
    return families_->get<Gauge>(name, help, "gauge", labels);
}

Histogram& Metrics::histogram(std::string_view name, std::string_view help, Labels labels) {
    return families_->get<Histogram>(name, help, "histogram", labels);
}

void Metrics::observe(std::string_view name, std::string_view help, Labels labels, std::function<double()> value) {
    const std::lock_guard lock(families_->mutex);
    auto& family =
        families_->by_name.try_emplace(std::string(name), Family{std::string(help), "gauge", {}}).first->second;
    family.series.insert_or_assign(text_of(labels), Asked{std::move(value)});
}

void Metrics::append(std::function<std::string()> more) {
    const std::lock_guard lock(families_->mutex);
    families_->more.push_back(std::move(more));
}

std::uint64_t Metrics::total(std::string_view name, const Which& which) const {
    const std::lock_guard lock(families_->mutex);
    const auto family = families_->by_name.find(name);
    if (family == families_->by_name.end()) return 0;
    std::uint64_t sum = 0;
    for (const auto& [labels, series] : family->second.series)
        if (const auto* counter = std::get_if<std::unique_ptr<Counter>>(&series); counter != nullptr && which(labels))
            sum += (*counter)->value();
    return sum;
}

Histogram::Buckets Metrics::distribution(std::string_view name, const Which& which) const {
    const std::lock_guard lock(families_->mutex);
    Histogram::Buckets sum{};
    const auto family = families_->by_name.find(name);
    if (family == families_->by_name.end()) return sum;
    for (const auto& [labels, series] : family->second.series) {
        const auto* histogram = std::get_if<std::unique_ptr<Histogram>>(&series);
        if (histogram == nullptr || !which(labels)) continue;
        for (std::size_t i = 0; i < sum.size(); ++i)
            sum[i] += (*histogram)->buckets_[i].load(std::memory_order_relaxed);
    }
    return sum;
}

std::string Metrics::text() const {
    const std::lock_guard lock(families_->mutex);
    std::string out;
    const auto line = [&](std::string_view name, const std::string& labels, const auto& value) {
        fmt::format_to(std::back_inserter(out), "{}{} {}\n", name, braced(labels), value);
    };
    for (const auto& [name, family] : families_->by_name) {
        fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} {}\n", name, family.help, name, family.type);
        for (const auto& [labels, series] : family.series) {
            if (const auto* counter = std::get_if<std::unique_ptr<Counter>>(&series))
                line(name, labels, (*counter)->value());
            if (const auto* gauge = std::get_if<std::unique_ptr<Gauge>>(&series)) line(name, labels, (*gauge)->value());
            if (const auto* asked = std::get_if<Asked>(&series)) line(name, labels, asked->value());
            if (const auto* histogram = std::get_if<std::unique_ptr<Histogram>>(&series)) {
                const Histogram& h = **histogram;
                const std::string before = labels.empty() ? "" : labels + ",";
                std::uint64_t below = 0;
                for (std::size_t i = 0; i < Histogram::kBounds.size(); ++i) {
                    below += h.buckets_[i].load(std::memory_order_relaxed);
                    const double bound = static_cast<double>(Histogram::kBounds[i]) / 1e6;
                    line(name + "_bucket", fmt::format("{}le=\"{}\"", before, bound), below);
                }
                below += h.buckets_.back().load(std::memory_order_relaxed);
                line(name + "_bucket", before + "le=\"+Inf\"", below);
                line(name + "_sum", labels, static_cast<double>(h.sum_.load(std::memory_order_relaxed)) / 1e6);
                line(name + "_count", labels, below);
            }
        }
    }
    for (const auto& more : families_->more) out += more();
    return out;
}

}  // namespace cadre::http
