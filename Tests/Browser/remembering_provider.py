"""An OpenID provider that remembers browsers, as real ones do. The one of the package asks every time who somebody is."""

import base64
import json
import threading
from contextlib import contextmanager

import flask
from oidc_provider_mock import app
from werkzeug.serving import make_server

COOKIE = "session_at_the_provider"


@contextmanager
def run(port, **settings):
    server = make_server("localhost", port, remembering(app(**settings)), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.1,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


def remembering(provider):
    def answer():
        request = flask.request
        who = request.cookies.get(COOKIE)
        if who and request.method == "GET" and request.path == "/oauth2/authorize":
            return as_if_asked(provider, who)
        # Without a token of this session it is asked whether it is meant: that is the page of the package.
        if who and request.path == "/oauth2/end_session" and who == subject(request.args.get("id_token_hint")):
            gone = flask.redirect(request.args["post_logout_redirect_uri"])
            gone.delete_cookie(COOKIE)
            return gone
        return None

    def remember(response):
        request = flask.request
        if request.method == "POST" and request.path == "/oauth2/authorize" and response.location:
            response.set_cookie(COOKIE, request.form["sub"], httponly=True)
        return response

    provider.before_request(answer)
    provider.after_request(remember)
    return provider


def as_if_asked(provider, who):
    request = flask.request
    answer = provider.test_client().post(request.full_path, data={"sub": who}, base_url=request.host_url)
    return flask.redirect(answer.location)


def subject(token):
    """Of an ID token, which is not checked; None if it is none."""
    parts = (token or "").split(".")
    if len(parts) != 3:
        return None
    return json.loads(base64.urlsafe_b64decode(parts[1] + "=="))["sub"]
