#include "base/encoding.h"
#include "base/id.h"
#include "base/quantity.h"
#include "blobs/files/layout.h"
#include "catalog/rows.h"
#include "fuzz.h"
#include "gallery/timelines.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cadre;
    namespace files = blobs::files;
    const auto text = fuzz::text_of(data, size);
    if (const auto place = files::place_of(text)) {
        fuzz::must(files::key_at(*place) == std::string(text), "one key, one place");
        fuzz::must((place->folder() + "/" + place->name + "/").find("/../") == std::string::npos,
                   "no key lies outside the root");
    }
    (void)files::parse_prefix(text);
    if (const auto place = gallery::parse_cursor(text)) {
        const auto again = gallery::parse_cursor(gallery::cursor_of(*place));
        fuzz::must(again && again->at == place->at && again->id == place->id,
                   "a cursor that is written reads the same");
        (void)catalog::month_of(*place).text();
    }
    if (const auto id = parse_id(text)) fuzz::must(id->text() == text, "an id has one form");
    if (const auto bytes = from_base64(text))
        fuzz::must(from_base64(base64url(*bytes)) == *bytes, "bytes that are written read the same");
    if (const auto bytes = from_hex(text))
        fuzz::must(from_hex(hex(*bytes)) == *bytes, "bytes that are written read the same");
    if (const auto bytes = parse_size(text); bytes && *bytes >= 0)
        fuzz::must(parse_size(format_size(*bytes)) == *bytes, "a size that is written reads the same");
    if (const auto time = parse_duration(text))
        fuzz::must(parse_duration(format_duration(*time)) == *time, "a time that is written reads the same");
    return 0;
}
