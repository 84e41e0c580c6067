"""SM661 asks for code that takes links of Stream's CDN apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from checking import answers, places

from streammigrate.checks.calls.cdn_links import CHECK

HOST = "us-east.stream-io-cdn.com"
SILENT = {
    "a link as data": f'LINK = "https://{HOST}/1/images/a.png?Expires=1"\nsend(LINK)\n',
    "a list of hosts": f'CSP_IMG_SRC = ["{HOST}", "self"]\n',
    "a whole link compared": f'assert url == "https://{HOST}/1/images/a.png"\n',
    "another host": 'url.split("https://cdn.example.com/")\n',
    "cookies": 'import getstream\nheaders["Expires"]\nresponse.headers.get("Expires")\n',
    "a signature of something else": (
        'from urllib.parse import parse_qs\ndef f(url):\n    return parse_qs(url)["Signature"]\n'
    ),
    "a webhook": "import stream_chat\ndef f(request):\n    return request.headers['Signature']\n",
}
CHAT = "from urllib.parse import urlparse\nfrom stream_chat import StreamChat\nchat = StreamChat('key', 'secret')\n"
SILENT |= {
    f"of an answer, {name}": CHAT + code
    for name, code in {
        "kept": "link = chat.get_message('m')['message']['attachments'][0]['image_url']\nshow(link)\n",
        "asked for": "if chat.get_message('m')['message']['attachments'][0].get('asset_url'): pass\n",
        "its beginning": "chat.get_message('m')['message']['attachments'][0]['image_url'].startswith('https://')\n",
        "text of a message": "chat.get_message('m')['message']['text'].split()\n",
        "a user's image": "urlparse(chat.query_users({})['users'][0]['image'])\n",
        "a name that may hold another": "def f(url, m):\n    url = url or m['image_url']\n    return urlparse(url)\n",
        "parsed otherwise": "import re\nre.search(chat.get_message('m')['message']['attachments'][0]['image_url'], 'x')\n",
    }.items()
}


@pytest.mark.parametrize("code", SILENT.values(), ids=SILENT)
def test_links_that_are_left_whole_are_silent(tmp_path: Path, code: str) -> None:
    assert places(CHECK, tmp_path, {"app.py": code}) == []


FIRES = {
    "split": f'def f(url):\n    return url.split("{HOST}/")[1]\n',
    "searched": 'import re\ndef f(url): return re.search(r"https://[\\w-]+\\.stream-io-cdn\\.com/(\\d+)/", url)\n',
    "contained": 'def f(url): return "stream-io-cdn.com" in url\n',
    "host": f'from urllib.parse import urlparse\ndef f(url): return urlparse(url).hostname == "{HOST}"\n',
    "replaced by name": f'HOST = "https://{HOST}"\ndef f(url): return url.replace(HOST, "https://my.cdn")\n',
    "prefix": f'def f(url): return url.startswith(("https://{HOST}/", "x"))\n',
    "query": (
        "from urllib.parse import parse_qs, urlparse\nfrom stream_chat import StreamChat\n"
        'def f(url):\n    query = parse_qs(urlparse(url).query)\n    return query["Expires"][0]\n'
    ),
    "query as a dict": (
        "from urllib.parse import parse_qsl, urlparse\nimport getstream\n"
        'def f(url):\n    return dict(parse_qsl(urlparse(url).query)).get("Key-Pair-Id")\n'
    ),
}
FIRES |= {
    f"of an answer, {name}": CHAT + code
    for name, code in {
        "parsed": "urlparse(chat.get_message('m')['message']['attachments'][0]['image_url']).path\n",
        "in a loop": "for one in chat.get_message('m')['message']['attachments']:\n    name = one['asset_url'].rsplit('/')\n",
        "by get": "for one in chat.get_message('m')['message']['attachments']:\n    print(urlparse(one.get('thumb_url')))\n",
        "of an upload": "link = chat.channel('a', 'b').send_file('a.png', 'a', {'id': 'u'})['file']\nlink.split('?')[0]\n",
        "searched": "import re\nlink = chat.get_message('m')['message']['attachments'][0]['image_url']\nre.search('x', link)\n",
    }.items()
}


@pytest.mark.parametrize("code", FIRES.values(), ids=FIRES)
def test_links_that_are_taken_apart_are_told(tmp_path: Path, code: str) -> None:
    (answer,) = answers(CHECK, tmp_path, {"app.py": code})
    assert answer.at.line == len(code.splitlines())
