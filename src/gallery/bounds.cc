#include "gallery/bounds.h"

#include <algorithm>

#include "catalog/entry.h"

namespace cadre::gallery {
namespace {

/// Fields that are no members have names of a short list, so that this much each is a bound too.
constexpr std::size_t kShort = 256;

bool fits(const catalog::Record& record) {
    return record.fields.size() <= kMostRecordFields && catalog::encode(record).size() <= kMostRecordBytes;
}

bool grows(const catalog::Record& before, const std::string& name, const catalog::Field& field) {
    const auto known = before.fields.find(name);
    if (known != before.fields.end() && known->second.stamp == field.stamp) return false;
    if (known == before.fields.end() && catalog::is_member(name)) return true;
    const auto size = json::serialize(field.value).size();
    if (size <= kShort) return false;
    return known == before.fields.end() || size > json::serialize(known->second.value).size();
}

}  // namespace

std::vector<std::string> forget_removed(catalog::Record& facts,
                                        const std::function<bool(const catalog::Stamp&)>& is_old) {
    std::vector<std::string> forgotten;
    std::erase_if(facts.fields, [&](const auto& field) {
        if (!field.second.value.is_null() || !catalog::is_member(field.first) || !is_old(field.second.stamp))
            return false;
        forgotten.push_back(field.first);
        return true;
    });
    return forgotten;
}

Result<void> check_growth(const catalog::Record& before, const catalog::Record& after) {
    if (fits(after)) return {};
    const bool grown = std::any_of(after.fields.begin(), after.fields.end(),
                                   [&](const auto& field) { return grows(before, field.first, field.second); });
    if (!grown) return {};
    return fail(Code::too_many_changes,
                "Too much was added to this, and taken off again, in the last 30 days. What it has or had can be "
                "changed, taken off and set again, and it can be deleted; something new can be added later.");
}

}  // namespace cadre::gallery
