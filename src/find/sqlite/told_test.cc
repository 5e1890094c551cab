#include "find/sqlite/told.h"

#include <gtest/gtest.h>

#include "base/sqlite.h"

namespace cadre::find::sqlite {
namespace {

Texts some() {
    return {"y2019 m07 kjpeg i100 f28 xtitle",
            "la plage",
            std::string(20'000, 'a') + " b",
            "mer · sable",
            "nikon d750",
            "24 70mm f 2 8",
            "img 0001 jpg",
            "saint malo bretagne brittany",
            "france",
            "wall a00ff"};
}

TEST(Packer, GivesBackWhatWasPackedHoweverOften) {
    Packer packer;
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(packer.unpack(packer.pack(some())), some());
        EXPECT_EQ(packer.unpack(packer.pack({})), Texts());
        Texts last;
        last.back() = "wall";
        EXPECT_EQ(packer.unpack(packer.pack(last)), last);
    }
}

TEST(Packer, MakesThreeQuartersAtMostOfWhatAPhotoIsToldWith) {
    auto texts = some();
    texts[2] = "les enfants construisent un château de sable au bord de la mer";
    std::size_t bytes = 0;
    for (const auto& text : texts) bytes += text.size() + 1;
    EXPECT_LT(Packer().pack(texts).size(), bytes * 3 / 4) << "of " << bytes;
}

TEST(Packer, SaysThatItIsDamaged) {
    Packer packer;
    const auto packed = packer.pack(some());
    for (const auto& bytes :
         {std::string(), std::string("x"), packed.substr(0, packed.size() / 2), std::string(packed.size(), '\xff')}) {
        try {
            static_cast<void>(packer.unpack(bytes));
            FAIL() << "it was read";
        } catch (const cadre::sqlite::Fault& fault) {
            EXPECT_TRUE(fault.damaged());
        }
        EXPECT_EQ(packer.unpack(packed), some());
    }
}

}  // namespace
}  // namespace cadre::find::sqlite
