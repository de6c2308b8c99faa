"""Aerleon, asked by the tests: a line of JSON comes in, a line of JSON goes out.

In:  {"networks": {NAME: [PREFIX]}, "services": {NAME: [[PORTS, PROTOCOL]]}, "terms": [TERM],
      "targets": [[KEY, PLATFORM, OPTIONS]], "questions": [[SOURCE, DESTINATION, SOURCE PORT, PORT, PROTOCOL]]}
Out: {"renderings": {KEY: TEXT or {"refused": WHY}}, "verdicts": [[ACTION, TERM]]}
"""

import importlib
import json
import logging
import sys

from absl import logging as absl_logging
from aerleon.lib import aclcheck, nacaddr, naming, policy, policy_builder

GENERATORS = {
    "arista": ("arista", "Arista"),
    "cisco": ("cisco", "Cisco"),
    "ciscoasa": ("ciscoasa", "CiscoASA"),
    "cisconx": ("cisconx", "CiscoNX"),
    "fortigate": ("fortigate", "Fortigate"),
    "paloalto": ("paloaltofw", "PaloAltoFW"),
}
# Aerleon warns when a rendering is close to its expiration; no term here expires.
EXPIRATION_WEEKS = 2


def definitions(request):
    names = naming.Naming()
    networks = {name: {"values": [{"address": prefix} for prefix in prefixes]}
                for name, prefixes in request["networks"].items()}
    services = {name: [{"port": ports, "protocol": protocol} for ports, protocol in entries]
                for name, entries in request["services"].items()}
    names.ParseDefinitionsObject({"networks": networks, "services": services}, "definitions")
    return names


def parsed(request, names, platform, options):
    written = {"filename": "random", "filters": [{"header": {"targets": {platform: options}},
                                                  "terms": [dict(term) for term in request["terms"]]}]}
    return policy.FromBuilder(policy_builder.PolicyBuilder(written, names))


def rendering(request, names, platform, options):
    module, generator = GENERATORS[platform]
    generator = getattr(importlib.import_module("aerleon.lib." + module), generator)
    try:
        return str(generator(parsed(request, names, platform, options), EXPIRATION_WEEKS))
    except Exception as refusal:
        return {"refused": f"{type(refusal).__name__}: {refusal}"}


def without_exclusions(checked):
    """`aclcheck` looks at a term's addresses and not at its exclusions: takes those out beforehand."""
    for _, terms in checked.filters:
        terms[:] = [term for term in terms if matches_something(term)]
    return checked


def matches_something(term):
    """Whether addresses remain on both sides without the exclusions, which are taken out."""
    for side in ("source_address", "destination_address"):
        excluded = getattr(term, side + "_exclude")
        if excluded:
            setattr(term, side, remaining(getattr(term, side), excluded))
            if not getattr(term, side):
                return False
    return True


def remaining(addresses, excluded):
    """`ExcludeAddrs` takes addresses of one IP version at a time."""
    of = lambda all, version: [address for address in all if address.version == version]
    return [left for version in (4, 6) for left in nacaddr.ExcludeAddrs(of(addresses, version), of(excluded, version))]


def verdict(checked, question):
    source, destination, source_port, port, protocol = question
    check = aclcheck.AclCheck(checked, source, destination, source_port, port, protocol)
    matches = check.ExactMatches()
    return [str(matches[0].action), matches[0].term] if matches else [None, None]


def answer(request):
    names = definitions(request)
    texts = {key: rendering(request, names, platform, options) for key, platform, options in request["targets"]}
    checked = without_exclusions(parsed(request, names, "cisco", "random mixed"))
    return {"renderings": texts, "verdicts": [verdict(checked, question) for question in request["questions"]]}


def main():
    logging.disable(logging.CRITICAL)
    absl_logging.set_verbosity(absl_logging.FATAL)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
