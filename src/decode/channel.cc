#include "decode/channel.h"

#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <iterator>

#include "media/decoders.h"

namespace cadre::decode {
namespace {

using media::kDecoderSocket;

constexpr std::size_t kMaxDescriptors = 1 + std::size(media::kVariantSizes);

std::vector<UniqueFd> take_descriptors(msghdr& message) {
    std::vector<UniqueFd> taken;
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
        const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        std::array<int, kMaxDescriptors> numbers{};
        std::memcpy(numbers.data(), CMSG_DATA(part), count * sizeof(int));
        for (std::size_t i = 0; i < count; ++i) taken.emplace_back(numbers[i]);
    }
    return taken;
}

std::size_t descriptors_of(media::Operation operation) {
    switch (operation) {
        case media::Operation::probe:
            return 1;
        case media::Operation::derive:
            return kMaxDescriptors;
        case media::Operation::about:
            break;
    }
    return 0;
}

}  // namespace

bool open_channel(long idle_seconds) {
    const timeval wait{idle_seconds, 0};
    return ::setsockopt(kDecoderSocket, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) == 0;
}

std::optional<Job> next_job() {
    Job job;
    iovec part{&job.request, sizeof job.request};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(kMaxDescriptors * sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    ssize_t length = -1;
    do {
        length = ::recvmsg(kDecoderSocket, &message, MSG_CMSG_CLOEXEC);
    } while (length < 0 && errno == EINTR);
    if (length != sizeof job.request) return std::nullopt;

    auto descriptors = take_descriptors(message);
    if (descriptors.size() != descriptors_of(job.request.operation)) return std::nullopt;
    if (descriptors.empty()) return job;
    job.picture = std::move(descriptors.front());
    job.outputs.assign(std::make_move_iterator(descriptors.begin() + 1), std::make_move_iterator(descriptors.end()));
    return job;
}

void send_answer(std::string_view answer) { (void)::send(kDecoderSocket, answer.data(), answer.size(), MSG_NOSIGNAL); }

}  // namespace cadre::decode
