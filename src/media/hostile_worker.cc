// Stands in for a cadre-decode whose process a picture has taken over. What it does is written in the "picture".
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "media/protocol.h"

namespace {

using cadre::media::kDecoderSocket;

constexpr std::string_view kGoodAnswer =
    R"({"width":1,"height":1,"thumbhash":"AAAAAAAA","variants":[{"width":1,"height":1},{"width":1,"height":1},)"
    R"({"width":1,"height":1},{"width":1,"height":1}]})";

void say(std::string_view answer) { (void)::send(kDecoderSocket, answer.data(), answer.size(), MSG_NOSIGNAL); }

std::string receive(std::vector<int>& descriptors) {
    cadre::media::Request request;
    iovec part{&request, sizeof request};
    alignas(cmsghdr) std::array<char, 256> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    if (::recvmsg(kDecoderSocket, &message, 0) <= 0) ::_exit(0);
    const cmsghdr* const header = CMSG_FIRSTHDR(&message);
    descriptors.resize((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    std::memcpy(descriptors.data(), CMSG_DATA(header), descriptors.size() * sizeof(int));
    std::string text(200, '\0');
    text.resize(static_cast<std::size_t>(::pread(descriptors[0], text.data(), text.size(), 0)));
    return text;
}

void act(const std::string& wish, const std::vector<int>& descriptors) {
    if (wish == "hang") ::pause();
    if (wish == "exit") ::_exit(0);
    if (wish == "crash") ::raise(SIGSEGV);
    if (wish == "huge") say(std::string(150'000, '['));
    if (wish == "write") say(::write(descriptors[0], "X", 1) < 0 ? R"({"refused":"raw"})" : R"({"refused":"damaged"})");
    if (wish == "empty files") say(kGoodAnswer);
    if (wish == "mapped") {
        for (std::size_t i = 1; i < descriptors.size(); ++i) {
            (void)!::ftruncate(descriptors[i], 4096);
            (void)::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, descriptors[i], 0);
        }
        say(kGoodAnswer);
    }
    if (wish.starts_with("say ")) say(std::string_view(wish).substr(4));
}

}  // namespace

int main() {
    for (;;) {
        std::vector<int> descriptors;
        const std::string wish = receive(descriptors);
        act(wish, descriptors);
        for (const int descriptor : descriptors) ::close(descriptor);
    }
}
