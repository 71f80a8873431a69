#!/usr/bin/env python3
"""How far a first run can come when nobody knows how long its requests will take.

    tests/bench/order.py [NIGHTS]

Scenario S2 on paper: a front page and four articles of 200 sites, 487 s of latency in all, 50 at a
time and four a host; latencies are lognormal, a tenth of the hosts is three times as slow. No crawler,
no network: only the order differs, over the same nights. Told is the wall time beside the bound (the
work divided by the places, or the longest host), so that what is measured of the program can be told
from what no order could have avoided. `knows all` reads the latencies beforehand.
"""
import heapq
import math
import random
import statistics
import sys

SITES, ARTICLES, PLACES, PLACES_OF_HOST, TOTAL_S = 200, 4, 50, 4, 487.0
MEDIAN, SPREAD, SLOW_SHARE, SLOW_FACTOR = 0.4, 0.6, 0.1, 3


def night(seed):
    """Per site: seconds of its front page, seconds of its articles."""
    draw = random.Random(seed)
    sites = []
    for _ in range(SITES):
        factor = SLOW_FACTOR if draw.random() < SLOW_SHARE else 1
        sites.append([MEDIAN * math.exp(SPREAD * draw.gauss(0, 1)) * factor for _ in range(1 + ARTICLES)])
    scale = TOTAL_S / sum(map(sum, sites))
    return [(site[0] * scale, [s * scale for s in site[1:]]) for site in sites]


class Site:
    def __init__(self, front, articles):
        self.front, self.articles = front, list(articles)
        self.asked, self.ready_s, self.busy, self.seen = False, None, 0, []

    def waits(self):
        return not self.asked or (self.ready_s is not None and self.articles and self.busy < PLACES_OF_HOST)


def first_come(site):
    return site.ready_s


def as_scheduled(site):
    """What crawler/schedule does: the longer a host's answers took, the sooner; waiting counts."""
    steady = site.seen[0]
    for seconds in site.seen[1:]:
        steady = (steady * 7 + seconds) / 8
    return site.ready_s - 10 * steady


def by_mean(site):
    return -statistics.fmean(site.seen)


def by_doubt(site):
    """Hosts of which little is known count as slower: an upper confidence bound."""
    return -statistics.fmean(map(math.log, site.seen)) - 0.5 / math.sqrt(len(site.seen) + site.busy)


def one_of_each_first(site):
    return (len(site.seen) + site.busy > 1, by_mean(site))


def knows_all(site):
    return -max(site.articles)


def wall_s(sites, order):
    sites = [Site(*site) for site in sites]
    if order is knows_all:
        sites.sort(key=lambda site: -site.front - max(site.articles))
        for site in sites:
            site.articles.sort(reverse=True)
    now, under_way, serial = 0.0, [], 0
    while True:
        while len(under_way) < PLACES:
            waiting = [site for site in sites if site.waits()]
            if not waiting:
                break
            fronts = [site for site in waiting if not site.asked]
            site = fronts[0] if fronts else min(waiting, key=order)
            seconds = site.articles.pop(0) if site.asked else site.front
            site.asked, site.busy, serial = True, site.busy + 1, serial + 1
            heapq.heappush(under_way, (now + seconds, serial, site, seconds))
        if not under_way:
            return now
        now, _, site, seconds = heapq.heappop(under_way)
        site.busy -= 1
        site.seen.append(seconds)
        if site.ready_s is None:
            site.ready_s = now


def main():
    nights = [night(seed) for seed in range(int(sys.argv[1]) if len(sys.argv) > 1 else 40)]
    bounds = [max(TOTAL_S / PLACES, max(front + max(articles) for front, articles in sites)) for sites in nights]
    print(f"{'order':18} {'mean':>6} {'best':>6} {'worst':>6}   x bound, over {len(nights)} nights")
    for order in (first_come, as_scheduled, by_mean, by_doubt, one_of_each_first, knows_all):
        ratios = [wall_s(sites, order) / bound for sites, bound in zip(nights, bounds)]
        print(f"{order.__name__.replace('_', ' '):18} {statistics.fmean(ratios):6.3f} {min(ratios):6.3f} {max(ratios):6.3f}")


if __name__ == "__main__":
    main()
