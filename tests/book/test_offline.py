"""Tests, build, kernels and browser have no network, and fail if they use it."""

import subprocess
import sys
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import offline
import pytest
from playwright.sync_api import Error

CONNECT = f"import socket; socket.create_connection(('{offline.OUTSIDE}', 80), timeout=5)"
UNREACHABLE = "Network is unreachable"


def test_a_process_that_the_tests_start_has_no_network(network_left):
    where = "import os; print(os.readlink('/proc/self/ns/net'))"
    child = subprocess.run([sys.executable, "-c", where], capture_output=True, text=True)
    assert child.stdout.strip() == offline.current_network(), "a child is in another network"
    assert child.stdout.strip() != network_left, "a child is in the network that was left"
    child = subprocess.run([sys.executable, "-c", CONNECT], capture_output=True, text=True)
    assert UNREACHABLE in child.stderr, f"a child got out: {child.stderr or 'connected'}"


def test_a_chapter_that_needs_the_network_fails_the_build(network_left, tiny_book):
    tiny_book.page.write_text(tiny_book.page.read_text().replace("print(", f"{CONNECT}\nprint("))
    process = tiny_book.build()
    assert process.returncode != 0, "a kernel of the build got out"
    assert UNREACHABLE in process.stdout, f"the build failed otherwise:\n{process.stdout}"


def test_a_build_that_needs_the_network_fails(network_left, tiny_book):
    config = tiny_book.page.parents[1] / "_ext" / "offline_maths.py"
    config.write_text(config.read_text().replace("def setup(app):", f"def setup(app):\n    {CONNECT}"))
    process = tiny_book.build()
    assert process.returncode != 0, "the build got out"
    assert UNREACHABLE in process.stdout, f"the build failed otherwise:\n{process.stdout}"


def test_the_browser_has_no_network(network_left, browser):
    with closing(browser.new_page()) as page:
        with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED|ERR_ADDRESS_UNREACHABLE"):
            page.goto(f"http://{offline.OUTSIDE}/", timeout=10_000)


def test_the_browser_reaches_this_machine(network_left, browser):
    with HTTPServer(("127.0.0.1", 0), Answer) as server, closing(browser.new_page()) as page:
        Thread(target=server.handle_request, daemon=True).start()
        answer = page.goto(f"http://127.0.0.1:{server.server_port}/", timeout=10_000)
        assert answer.ok, "the browser reaches nothing at all, so the test above shows nothing"


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args):
        pass
