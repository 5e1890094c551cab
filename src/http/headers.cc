#include "http/headers.h"

#include <algorithm>

namespace cadre::http {
namespace {

constexpr std::string_view kColon = ": ";
constexpr std::string_view kLineEnd = "\r\n";
constexpr std::size_t kFirstCapacity = 512;
constexpr std::size_t kFirstFields = 16;

bool would_split(std::string_view text) {
    const auto has = [text](char c) { return text.find(c) != std::string_view::npos; };
    return has('\r') || has('\n') || has('\0');
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (lower(a[i]) != lower(b[i])) return false;
    return true;
}

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
    const auto gone = std::erase_if(entries_, [&](const Entry& entry) {
        return equal_ignoring_case(std::string_view(text_).substr(entry.begin, entry.name_length), name);
    });
    removed_ = removed_ || gone > 0;
}

void Headers::clear() {
    text_.clear();
    removed_ = false;
    entries_.clear();
}

Headers::Field Headers::at(std::size_t index) const {
    const Entry& entry = entries_[index];
    const std::string_view text = text_;
    return {text.substr(entry.begin, entry.name_length),
            text.substr(entry.begin + entry.name_length + kColon.size(), entry.value_length)};
}

std::string_view Headers::line(std::size_t index) const {
    const Entry& entry = entries_[index];
    return std::string_view(text_).substr(entry.begin,
                                          entry.name_length + kColon.size() + entry.value_length + kLineEnd.size());
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
    for (std::size_t i = 0; i < entries_.size(); ++i)
        if (equal_ignoring_case(at(i).first, name)) ++found;
    return found;
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        if (entries_[i].name_length != name.size()) continue;
        const auto [field, value] = at(i);
        if (equal_ignoring_case(field, name)) return value;
    }
    return std::nullopt;
}

std::vector<std::string_view> Headers::get_all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        const auto [field, value] = at(i);
        if (equal_ignoring_case(field, name)) values.push_back(value);
    }
    return values;
}

std::optional<std::string> Headers::joined(std::string_view name) const {
    const auto values = get_all(name);
    if (values.empty()) return std::nullopt;
    std::string all;
    for (const auto value : values) {
        if (!all.empty()) all += ", ";
        all += value;
    }
    return all;
}

}  // namespace cadre::http
