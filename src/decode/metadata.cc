#include "decode/metadata.h"

#include "decode/camera.h"
#include "decode/dates.h"
#include "decode/position.h"
#include "decode/read_tags.h"
#include "decode/words.h"

namespace cadre::decode {

void start_exiv2() {
    Exiv2::LogMsg::setLevel(Exiv2::LogMsg::mute);
    Exiv2::XmpParser::initialize();
}

media::Metadata read_metadata(const Picture& picture, WallTime now) {
    media::Metadata metadata;
    try {
        const Tags tags = read_tags(picture);
        read_maker(tags, metadata);
        if (const auto date = date_of_taking(tags, now)) {
            metadata.taken_at = date->taken;
            metadata.taken_from = date->source;
            metadata.offset_from_gps = date->offset_from_gps;
        }
        metadata.location = location_of(tags);
        read_words(tags, metadata);
        read_settings(tags, metadata);  // last: maker's notes are where Exiv2 may break off
    } catch (const std::exception&) {
        // Broken metadata leaves what was read before it broke.
    }
    return metadata;
}

}  // namespace cadre::decode
