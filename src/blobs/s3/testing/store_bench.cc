#include "blobs/s3/testing/store_bench.h"

namespace cadre::blobs::s3::testing {

Garage& shared_garage() {
    static Garage garage({.nodes = 1, .fsync = false});
    return garage;
}

GarageBench::GarageBench(Garage& garage, std::uint64_t most_bytes) {
    options_.where.bucket = garage.make_bucket(most_bytes);
    options_.where.region = "garage";
    for (std::size_t i = 0; i < garage.nodes(); ++i)
        options_.where.endpoints.push_back(http::parse_url(garage.endpoint(i)).value());
    options_.credentials = {garage.access_key(), garage.secret_key()};
    store_ = open(options_);
}

std::size_t GarageBench::unfinished_uploads() {
    const auto caller = std::make_shared<Caller>(options_.where, options_.credentials, options_.limits, clock_);
    Call call;
    call.query.emplace_back("uploads", "");
    const auto answer = run(caller->read(std::move(call))).value();
    std::size_t count = 0;
    for (auto at = answer.body.find("<Upload>"); at != std::string::npos; at = answer.body.find("<Upload>", at + 1))
        ++count;
    return count;
}

}  // namespace cadre::blobs::s3::testing
