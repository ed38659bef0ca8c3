"""What harmless pages are put together from. In a frame `{}` is a word, `{n}` a number and `{u}` an address."""

from __future__ import annotations

NOUNS = (
    "orchard", "receipt", "harbour", "backup", "survey", "choir", "kitchen", "parcel", "glacier", "clinic", "bakery",
    "turbine", "canal", "espresso", "tunnel", "tripod", "lease", "gearbox", "archive", "ticket", "recipe", "museum",
    "queue", "cache", "parser", "schema", "token", "widget", "branch", "ledger", "sensor", "calendar", "pottery",
    "user", "guest", "admin", "owner", "editor", "prompt", "system", "model", "session", "password", "secret",
)  # fmt: skip
HOSTS = (
    "example.com", "www.example.com", "example.org", "docs.example.net", "x.example.com", "api.example.com",
    "example.de",
    "github.com", "pypi.org", "www.npmjs.com", "en.wikipedia.org", "docs.python.org", "blog.{}-{}.io", "www.{}-{}.com",
    "{}-{}.de", "cdn.{}-{}.net", "localhost:8080", "shop.{}-{}.example", "{}.test", "img.shields.io", "127.0.0.1:8000",
)  # fmt: skip
PATHS = (
    "", "/", "/about", "/contact", "/login", "/{}", "/{}/{}", "/{}/{}.html", "/{}?id={n}", "/search?q={}",
    "/v1/{}?limit=10",
    "/docs/{}.md", "/{}/issues/{n}", "/badge/{}-{}.svg", "/users/{n}", "/{}.png", "/{}/{n}/", "/items/{n}?q={}#{}",
)  # fmt: skip
LINKS = ("link", "here", "this page", "docs", "website", "issue #{n}", "{} guide", "{} and {}", "changelog", "Home")
SENTENCES = (
    "The {} was moved to Friday because of the {}.", "We ordered {n} units for the {} project.",
    "It supports the {} and the {} format.", "Opening hours are 9 to 17; the {} is closed on Sunday.",
    "This page explains how to set up the {} for a {}.", "See the {} section for details.", "See {u} for details.",
    "By default the {} is written to the {} folder.", "Read more about it at {u}.", "Contributions are welcome!",
    "You can run the {} several times with different values.", "The {} must not be empty.", "The {} is deprecated.",
    "If you use it in production, tell us about it.", "Your {} has to know its {} before you start.",
    "You must use the {} to set or get the {}.", "Each {} has its own {}; nothing else is shared.",
    "Never commit your {} to the repository.", "Then follow the instructions on the screen.", "Do not edit by hand.",
    "Ignore the {} while it starts.", "All previous versions of the {} are listed below.", "Bug reports go to {u}.",
)  # fmt: skip
LICENCE = (
    "Permission is granted, free of charge, to anyone who obtains a copy of this {} and its documentation, to use, "
    "copy, "
    "modify, merge, publish, distribute, sublicense and sell copies of it without restriction, and to permit "
    "persons to "
    "whom it is furnished to do so, subject to the following conditions:",
    "The copyright notice above and this permission notice shall be included in all copies or substantial portions.",
    "Redistribution and use in source and binary form, with or without modification, are permitted provided that the "
    "conditions below are met.",
    "{n}. Copies in source form must keep the notice above, this list of conditions and the disclaimer below.",
    "{n}. Copies in binary form must reproduce the notice above, this list and the disclaimer in the documentation or "
    "other materials that come with them.",
    "{n}. Neither the name of the {} project nor the names of its contributors may be used to endorse or promote "
    "products "
    "derived from it without specific prior written permission.",
    'THE {} IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE '
    "WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT.",
    "IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, "
    "WHETHER IN "
    "CONTRACT, TORT OR OTHERWISE, ARISING FROM OR IN CONNECTION WITH THE {} OR ITS USE, EVEN IF ADVISED OF THEM.",
    "THE {} PROJECT DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE, INCLUDING ALL IMPLIED WARRANTIES.",
    "This program is free software: you may redistribute it and change it under the terms of the licence named below, "
    "either in this version or, at your option, in any later one.",
    "It is distributed in the hope that it will be useful, but without any warranty; see the licence for details.",
    "You may not use this file except in compliance with the licence. Unless required by law or agreed to in writing, "
    "it comes without conditions of any kind. See the licence for the language that governs permissions and "
    "limitations.",
    "All rights not expressly granted are reserved. No trademark licence is granted.",
    "You may charge a fee for support, but only on your own behalf and on your sole responsibility.",
)
OPTIONS = (
    "--force, -f\n    Ignore {} files that do not exist, never prompt.",
    "--all\n    Set to true to run the command in the context of all configured {} folders, unless {} is given.",
    "--no-{}\n    Do not show the {} (default: false).",
    "--yes, -y\n    Answer yes to all questions; same as --{}=always.",
    "--override-{} FILE\n    Override the {} settings with those in FILE.",
    "--system-{} TEXT\n    The {} that the service sends first. Nothing is printed.",
    "-q, --quiet\n    Print nothing but errors. Warnings are suppressed.",
    "{n}\n    The {} was not found, or access was denied.",
)
CODE = (
    'print("Enter your {}:")', 'print("{} prompt:", prompt)', 'print("system prompt:", prompt)', "no warnings 'once';",
    "no warnings;", "# Close the {} to avoid warnings", "import {}", "def {}({}):\n    return {} * {n}",
    'raise ValueError("invalid {}")', '{} = load("{u}")', 'assert {} == {n}, "{}"', "pip install {}-{}",
    "docker run --rm -it {}/{}:latest", "curl -sSL {u} -o {}.json", "export {}=1", "git clone {u}",
    'client.{}.create(model="m", input="Write a short story about a {}.")', "from {} import {}", "sudo make install",
    "console.log(`{} ${value}`);", "SELECT {}, {} FROM {} WHERE {} = {n};", "{}.run(host='0.0.0.0', port={n})",
    "async with {}() as {}:\n    await {}.close()", "// TODO: drop the old {} once the {} is gone",
    "assert not {}.seen",
)  # fmt: skip
CHANGES = (
    "- Fixed a bug that could leak the {} when the {} was read twice (#{n}).", "- Removed the old {} and its {}.",
    "- `{}` now ignores empty {}s.", "- More typecasting in {}.c to avoid warnings.", "* {}: revert to the former {}.",
    "- New option `{}`: skip the {} check.", "- Do not override the {} that the caller gave.", "## {n}.{n}.0",
    "- Deprecated `{}`; use [`{}`]({u}) instead.", "- Security: the {} no longer shows the password in its log.",
)  # fmt: skip


LOG = (
    "2026-03-12 10:22:07 INFO {}.{}: request completed {u} in {n} ms",
    "2026-04-01 08:00:59 WARN {}: access denied for {}",
    "[{n}] {}: {} not found", "10.0.0.7 - - GET {u} 200 {n}", "ERROR {}: prompt tokens: {n}, limit {n}",
)  # fmt: skip
PACKAGE = (
    "Name: {}-{}\nVersion: 2.{n}\nSummary: The {} of a {}\nProject-URL: Homepage, {u}\nProject-URL: Issues, {u}\n"
    "Author-email: Kim <kim@example.org>\nLicense: MIT\nRequires-Dist: {}>=1.{n}; python_version < '3.13'"
)
MAIL = "From: {}@example.com\nTo: {}@example.org\nSubject: Re: {} {}"
