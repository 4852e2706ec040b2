"""The floor again, by the fastest arrangement known: as many samples at a time as there are threads, each on one.

Nothing is lost so in dividing single operations between threads, and in waiting for each other after every one.
"""

from concurrent.futures import ThreadPoolExecutor

from floor import open_session, report_floor
from sample_feeds import Feed, Request, parse_request


def run_in_streams(request: Request) -> None:
    """Every sample on one thread; all samples are held, since the pool takes them at once."""
    session = open_session(request.model, 1)

    def run(feed: Feed) -> None:
        session.run(None, feed)

    with ThreadPoolExecutor(request.threads) as pool:
        for _ in pool.map(run, request.feeds):
            pass


if __name__ == "__main__":
    report_floor(parse_request("Do what every quantizer has to do at least, a sample a thread."), run_in_streams)
