# What an edge in front of Vitrine does: keep answers as long as they say, forget them by tag, and go on answering
# while the origin is away. Where the origin is and who may purge stands in origin.vcl.
vcl 4.1;

import std;
import xkey;

include "./origin.vcl";

sub vcl_recv {
    if (req.method == "PURGE") {
        call purge;
    }
    if (req.url !~ "^/(is|channel|preview)/") {
        return (synth(404));
    }
    # answers depend on the address alone
    unset req.http.Cookie;
    unset req.http.Authorization;
    if (req.method == "OPTIONS") {
        return (pass);
    }
    if (req.method != "GET" && req.method != "HEAD") {
        return (synth(405));
    }
    # drafts, for who was given the address: never kept
    if (req.url ~ "^/preview/") {
        return (pass);
    }
    # old answers are for the time without an origin; a second try found that there is none just now
    if (req.restarts == 0 && std.healthy(req.backend_hint)) {
        set req.grace = 0s;
    } else {
        set req.grace = 24h;
    }
    return (hash);
}

# By tag, `xkey-purge: TAG TAG …`; `xkey-softpurge` lets what is forgotten answer while the origin is away; by address.
sub purge {
    if (client.ip !~ purgers) {
        return (synth(403));
    }
    if (req.http.xkey-purge) {
        set req.http.X-Purged = xkey.purge(req.http.xkey-purge);
        return (synth(200));
    }
    if (req.http.xkey-softpurge) {
        set req.http.X-Purged = xkey.softpurge(req.http.xkey-softpurge);
        return (synth(200));
    }
    return (purge);
}

# No host: one tenant's addresses are the same under each of its names.
sub vcl_hash {
    hash_data(req.url);
    return (lookup);
}

sub vcl_backend_response {
    set beresp.http.xkey = beresp.http.Surrogate-Key;
    if (beresp.status >= 500) {
        if (bereq.is_bgfetch) {
            return (abandon);
        }
        set beresp.ttl = 0s;
        set beresp.grace = 0s;
        set beresp.uncacheable = true;
        return (deliver);
    }
    set beresp.grace = 24h;
}

sub vcl_deliver {
    if (resp.status >= 500 && req.restarts == 0 && (req.method == "GET" || req.method == "HEAD")) {
        return (restart);
    }
    if (obj.hits > 0) {
        set resp.http.X-Cache = "HIT";
    } else {
        set resp.http.X-Cache = "MISS";
    }
    unset resp.http.xkey;
    unset resp.http.Surrogate-Key;
    unset resp.http.X-Varnish;
    unset resp.http.Via;
}

sub vcl_synth {
    set resp.http.Content-Type = "text/plain; charset=utf-8";
    set resp.http.Cache-Control = "no-store";
    if (req.http.X-Purged) {
        set resp.http.X-Purged = req.http.X-Purged;
    }
    set resp.body = resp.reason + {"
"};
    return (deliver);
}
