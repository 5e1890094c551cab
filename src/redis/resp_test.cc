#include "redis/resp.h"

#include <gtest/gtest.h>

namespace cadre::redis {
namespace {

TEST(Resp, ACommandIsAnArrayOfBulkStringsWhateverIsInThem) {
    std::string out = "x";
    append_command(out, std::vector<std::string>{"SET", "k", std::string("a\r\n\0b", 5), ""});
    std::string expected("x*4\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\na\r\n_b\r\n$0\r\n\r\n");
    expected[expected.find('_')] = '\0';
    EXPECT_EQ(out, expected);
}

TEST(Resp, BytesMayComeOneByOne) {
    const std::string all = "*3\r\n:1\r\n*2\r\n$1\r\nx\r\n$-1\r\n+fine\r\n-MOVED 1 a:2\r\n";
    Reader reader;
    Answer answer;
    std::vector<Answer> answers;
    for (const char byte : all) {
        reader.feed({&byte, 1});
        if (reader.next(answer) == Reader::Got::answer) answers.push_back(answer);
    }
    ASSERT_EQ(answers.size(), 2U);
    const auto& array = answers[0].reply.array();
    ASSERT_EQ(array.size(), 3U);
    EXPECT_EQ(array[0].integer(), 1);
    EXPECT_EQ(array[1].array()[0].text(), "x");
    EXPECT_TRUE(array[1].array()[1].is_nil());
    EXPECT_EQ(array[2].text(), "fine");
    EXPECT_EQ(answers[1].error, "MOVED 1 a:2");
}

TEST(Resp, AnErrorIsNoReplyAndTheNextAnswerIsNoError) {
    Reader reader;
    reader.feed("-ERR no\r\n+OK\r\n");
    Answer answer;
    ASSERT_EQ(reader.next(answer), Reader::Got::answer);
    EXPECT_EQ(answer.error, "ERR no");
    ASSERT_EQ(reader.next(answer), Reader::Got::answer);
    EXPECT_FALSE(answer.error);
    EXPECT_EQ(reader.next(answer), Reader::Got::nothing);
}

TEST(Resp, WhatIsNotTheProtocolIsBroken) {
    Reader reader;
    reader.feed("HTTP/1.1 400 Bad Request\r\n");
    Answer answer;
    EXPECT_EQ(reader.next(answer), Reader::Got::broken);
}

TEST(Resp, ALengthThatNobodyAskedForTakesNoMemory) {
    for (const char* claim : {"*2147483647\r\n", "*1048577\r\n", "*2\r\n*1048577\r\n"}) {
        Reader reader;
        reader.feed(claim);
        Answer answer;
        EXPECT_EQ(reader.next(answer), Reader::Got::broken) << claim;
    }
}

TEST(Resp, TypesOfRespThreeAreBroken) {
    for (const char* type : {"#t\r\n", ",1.5\r\n", "*1\r\n#f\r\n"}) {
        Reader reader;
        reader.feed(type);
        Answer answer;
        EXPECT_EQ(reader.next(answer), Reader::Got::broken) << type;
    }
}

}  // namespace
}  // namespace cadre::redis
