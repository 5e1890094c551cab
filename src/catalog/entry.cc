#include "catalog/entry.h"

#include <array>

namespace cadre::catalog {
namespace {

constexpr std::array<std::string_view, 6> kFolders = {"photos", "users", "albums", "shares", "tokens", "settings"};

}  // namespace

std::string_view folder_of(Kind kind) { return kFolders[static_cast<std::size_t>(kind)]; }

std::optional<Kind> kind_of(std::string_view folder) {
    for (std::size_t i = 0; i < kFolders.size(); ++i)
        if (kFolders[i] == folder) return static_cast<Kind>(i);
    return std::nullopt;
}

const json::value* Truth::find(std::string_view name) const {
    const auto* value = facts.find(name);
    if (value == nullptr) value = derived.find(name);
    return value == nullptr || value->is_null() ? nullptr : value;
}

std::string Truth::string(std::string_view name) const {
    const auto* value = find(name);
    return value != nullptr && value->is_string() ? std::string(std::string_view(value->get_string())) : std::string();
}

std::optional<std::int64_t> Truth::integer(std::string_view name) const {
    const auto* value = find(name);
    if (value == nullptr || !value->is_number()) return std::nullopt;
    boost::system::error_code error;
    const auto number = value->to_number<std::int64_t>(error);
    if (error) return std::nullopt;
    return number;
}

bool Truth::flag(std::string_view name) const {
    const auto* value = find(name);
    return value != nullptr && value->is_bool() && value->get_bool();
}

std::vector<std::string_view> members_of(const Truth& truth, std::string_view prefix) {
    std::vector<std::string_view> members;
    const auto& fields = truth.facts.fields;
    for (auto field = fields.lower_bound(prefix); field != fields.end() && field->first.starts_with(prefix); ++field)
        if (!field->second.value.is_null()) members.push_back(std::string_view(field->first).substr(prefix.size()));
    return members;
}

bool is_member(std::string_view field) {
    return field.starts_with(field::kTagPrefix) || field.starts_with(field::kAlbumPrefix) ||
           field.starts_with(field::kSharePrefix) || field.starts_with(field::kMemberPrefix) ||
           field.starts_with(field::kApartPrefix);
}

Truth without_removed(Truth truth) {
    std::erase_if(truth.facts.fields,
                  [](const auto& field) { return field.second.value.is_null() && is_member(field.first); });
    return truth;
}

void join(Truth& into, const Truth& other) {
    join(into.facts, other.facts);
    join(into.derived, other.derived);
    into.purged = into.purged || other.purged;
    if (into.purged) {  // nothing of what it was is kept, and a rebuilt catalog says the same
        into.facts = {};
        into.derived = {};
    }
}

}  // namespace cadre::catalog
