#include "http/headers.h"

#include <algorithm>

namespace cadre::http {
namespace {

constexpr std::string_view kColon = ": ";
constexpr std::string_view kLineEnd = "\r\n";
constexpr std::size_t kFirstCapacity = 512;
constexpr std::size_t kFirstFields = 16;

/// By hand and not by three searches: names and values are so short that calling memchr would cost more.
bool would_split(std::string_view text) {
    for (const char c : text)
        if (static_cast<unsigned char>(c) <= '\r' && (c == '\r' || c == '\n' || c == '\0')) return true;
    return false;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool same_name(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (lower(a[i]) != lower(b[i])) return false;
    return true;
}

/// Of an entry of Headers.
std::string_view name_of(const std::string& text, const auto& entry) {
    return {text.data() + entry.begin, entry.name_length};
}

std::string_view value_of(const std::string& text, const auto& entry) {
    return {text.data() + entry.begin + entry.name_length + kColon.size(), entry.value_length};
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) { return same_name(a, b); }

std::string_view trim(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::vector<std::string_view> split_list(std::string_view value) {
    std::vector<std::string_view> members;
    const auto take = [&](std::size_t begin, std::size_t end) {
        const auto member = trim(value.substr(begin, end - begin));
        if (!member.empty()) members.push_back(member);
    };
    std::size_t begin = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] == '"') quoted = !quoted;
        if (quoted && value[i] == '\\') {
            ++i;
        } else if (value[i] == ',' && !quoted) {
            take(begin, i);
            begin = i + 1;
        }
    }
    if (begin < value.size()) take(begin, value.size());
    return members;
}

void Headers::add(std::string_view name, std::string_view value) {
    if (would_split(name) || would_split(value)) return;
    const auto begin = text_.size();
    const auto end = begin + name.size() + kColon.size() + value.size() + kLineEnd.size();
    std::string outgrown;  // name and value may lie in it
    if (end > text_.capacity()) {
        outgrown.reserve(std::max(end * 2, kFirstCapacity));
        outgrown = text_;
        outgrown.swap(text_);
    }
    text_ += name;
    text_ += kColon;
    text_ += value;
    text_ += kLineEnd;
    if (entries_.empty()) entries_.reserve(kFirstFields);
    entries_.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(name.size()),
                        static_cast<std::uint32_t>(value.size())});
}

void Headers::add_all(const Headers& others) {
    for (std::size_t i = 0; i < others.size(); ++i) add(others.at(i).first, others.at(i).second);
}

void Headers::set(std::string_view name, std::string_view value) {
    remove(name);
    add(name, value);
}

/// The text stays, and with it what views of it show.
void Headers::remove(std::string_view name) {
    const auto gone =
        std::erase_if(entries_, [&](const Entry& entry) { return same_name(name_of(text_, entry), name); });
    removed_ = removed_ || gone > 0;
}

void Headers::clear() {
    text_.clear();
    removed_ = false;
    entries_.clear();
}

Headers::Field Headers::at(std::size_t index) const {
    const Entry& entry = entries_[index];
    return {name_of(text_, entry), value_of(text_, entry)};
}

std::string_view Headers::line(std::size_t index) const {
    const Entry& entry = entries_[index];
    return {text_.data() + entry.begin, entry.name_length + kColon.size() + entry.value_length + kLineEnd.size()};
}

void Headers::append_to(std::string& out) const {
    if (!removed_) {
        out += text_;
        return;
    }
    for (std::size_t i = 0; i < size(); ++i) out += line(i);
}

std::size_t Headers::count(std::string_view name) const {
    std::size_t found = 0;
    for (const auto& entry : entries_)
        if (same_name(name_of(text_, entry), name)) ++found;
    return found;
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
    for (const auto& entry : entries_)
        if (same_name(name_of(text_, entry), name)) return value_of(text_, entry);
    return std::nullopt;
}

std::vector<std::string_view> Headers::get_all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const auto& entry : entries_)
        if (same_name(name_of(text_, entry), name)) values.push_back(value_of(text_, entry));
    return values;
}

std::optional<std::string> Headers::joined(std::string_view name) const {
    std::optional<std::string> all;
    for (const auto& entry : entries_) {
        if (!same_name(name_of(text_, entry), name)) continue;
        if (!all)
            all.emplace();
        else if (!all->empty())
            *all += ", ";
        *all += value_of(text_, entry);
    }
    return all;
}

}  // namespace cadre::http
