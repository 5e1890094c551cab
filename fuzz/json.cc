// The body of a request: JSON, and what a change of photos reads out of it.
#include "base/json.h"

#include "api/photo_json.h"
#include "base/utf8.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cadre;
    const auto value = parse_json(fuzz::text_of(data, size));
    if (!value) return 0;
    const auto again = parse_json(json::serialize(*value));
    fuzz::must(again.has_value(), "what is written can be read");
    if (!value->is_object()) return 0;
    api::Wrong wrong;
    const auto change = api::read_photo_change(value->get_object(), wrong);
    if (!wrong.any()) {
        if (change.title) fuzz::must(utf8_length(*change.title).has_value(), "a title is UTF-8");
        if (change.caption) fuzz::must(utf8_length(*change.caption).has_value(), "a caption is UTF-8");
    }
    (void)wrong.result();
    api::Wrong wrong_of_bulk;
    api::Dates dates;
    (void)api::read_bulk_change(value->get_object(), wrong_of_bulk, dates);
    (void)wrong_of_bulk.result();
    return 0;
}
