#include "redis/resp.h"

#include <hiredis/hiredis.h>

#include <charconv>
#include <new>

namespace cadre::redis {
namespace {

/// What the reader builds: the whole answer, and in it the places of an array's elements, which do not move since an
/// array has its length from the start.
struct Root : Reply {
    bool is_error = false;
};

Reply* place(const redisReadTask* task) {
    if (task->parent == nullptr) return new Root;
    auto& elements = std::get<std::vector<Reply>>(static_cast<Reply*>(task->parent->obj)->value);
    return &elements[static_cast<std::size_t>(task->idx)];
}

// An exception may not pass through hiredis: a null pointer makes it say "out of memory", which ends the connection.
template <class Fill>
void* filled(const redisReadTask* task, Fill fill) {
    try {
        Reply* reply = place(task);
        try {
            fill(*reply);
        } catch (...) {
            if (task->parent == nullptr) delete static_cast<Root*>(reply);
            throw;
        }
        return reply;
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}

void* create_string(const redisReadTask* task, char* text, std::size_t length) {
    return filled(task, [&](Reply& reply) {
        reply.value.emplace<std::string>(text, length);
        if (task->type == REDIS_REPLY_ERROR && task->parent == nullptr) static_cast<Root&>(reply).is_error = true;
    });
}

/// Nothing that is asked here is answered with as many. A length alone would take memory before an element has come.
constexpr std::size_t kMostElements = std::size_t{1} << 20;

template <class Count>  // int in hiredis 0.14 (Debian 12), std::size_t in 1.2 (Debian 13)
void* create_array(const redisReadTask* task, Count elements) {
    const auto count = elements > Count{0} ? static_cast<std::size_t>(elements) : 0;
    if (count > kMostElements) return nullptr;
    return filled(task, [&](Reply& reply) { reply.value.emplace<std::vector<Reply>>(count); });
}

void* create_integer(const redisReadTask* task, long long number) {
    return filled(task, [&](Reply& reply) { reply.value.emplace<std::int64_t>(number); });
}

void* create_nil(const redisReadTask* task) {
    return filled(task, [](Reply&) {});
}

void free_root(void* root) { delete static_cast<Root*>(static_cast<Reply*>(root)); }

#if HIREDIS_MAJOR >= 1
// RESP3's alone, which nobody asked for: the connection ends.
void* create_double(const redisReadTask*, double, char*, std::size_t) { return nullptr; }
void* create_bool(const redisReadTask*, int) { return nullptr; }

redisReplyObjectFunctions functions{create_string, create_array, create_integer, create_double,
                                    create_nil,    create_bool,  free_root};
#else
redisReplyObjectFunctions functions{create_string, create_array, create_integer, create_nil, free_root};
#endif

void append_length(std::string& out, char type, std::size_t length) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, length).ptr;
    out.push_back(type);
    out.append(digits, end);
    out.append("\r\n", 2);
}

}  // namespace

void append_command(std::string& out, std::span<const std::string> words) {
    append_length(out, '*', words.size());
    for (const auto& word : words) {
        append_length(out, '$', word.size());
        out += word;
        out.append("\r\n", 2);
    }
}

void Reader::Free::operator()(redisReader* reader) const { redisReaderFree(reader); }

Reader::Reader() : reader_(redisReaderCreateWithFunctions(&functions)) {
    if (!reader_) throw std::bad_alloc();
}

void Reader::feed(std::string_view bytes) {
    redisReaderFeed(reader_.get(), bytes.data(), bytes.size());  // an error is kept, and told by next
}

Reader::Got Reader::next(Answer& answer) {
    void* got = nullptr;
    if (redisReaderGetReply(reader_.get(), &got) != REDIS_OK) return Got::broken;
    if (got == nullptr) return Got::nothing;
    const std::unique_ptr<Root> root(static_cast<Root*>(static_cast<Reply*>(got)));
    if (root->is_error) {
        answer.error = std::move(std::get<std::string>(root->value));
        answer.reply = {};
    } else {
        answer.error.reset();
        answer.reply.value = std::move(root->value);
    }
    return Got::answer;
}

}  // namespace cadre::redis
