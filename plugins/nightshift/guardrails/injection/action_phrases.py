"""English phrasing and code that makes the model act: send, call, run, decode, put together."""

from __future__ import annotations

from nightshift.guardrails.injection.phrases import Phrase

_URL = r"https?://"
_COMMANDS = (
    r"\brm -r?f|\bcurl [^|\n]{1,120}\| ?(?:ba)?sh|\bwhoami\b|/etc/(?:passwd|shadow)|\bchmod (?:777|\+x)|"
    r"powershell (?:-e|-c|iex)|;\s?drop table|' or '?1'?='?1|\bnc -[el]|base64 -d|"
    r"\{\{.{0,60}(?:__class__|config|self)"
)
_RUNS_CODE = (
    r"(?:\bos\.(?:system|popen|exec\w*|fork)\b|\bsubprocess\.\w+|__import__|\b(?:eval|exec)\s?\(|child_process)"
)
# Programs are full of such calls. Who orders one to be run says so before it, or puts it in backticks.
_ORDERED = (
    r"(?:\b(?:run|execute|eval|evaluate|do|try|test|call|perform|invoke|launch|bypass|override|print|"
    r"result of)\b(?: \w+){0,4}(?: ?: ?| )[`\"']{0,3}[^=\n]{0,60}?|: ?`[^`\n]{0,120}?)"
)

ACTIONS: tuple[Phrase, ...] = (
    Phrase(
        "exfiltration",
        0.75,
        (
            r"!\[[^\]]{0,80}\]\("
            + _URL
            + r"[^)\s]{3,200}[?&=][^)\s]{0,200}(?:\{|%7b|<|\[|data|q=|text|secret|prompt|conversation|base64)|"
            r"\b(?:send|post|forward|upload|transmit|exfiltrate|email|e-mail|submit|leak|append|encode|copy|ship|"
            r"report|relay)\b{g}\b(?:conversation|chat (?:history|log)|user'?s? (?:data|messages?|input|question|"
            r"details|email|info\w*|name)|api keys?|credentials?|passwords?|tokens?|secrets?|system prompt|"
            r"context|environment variables?|personal (?:data|info\w*)|customer (?:data|list|records?)|database|"
            r"contacts?|inbox|history|everything|files?)\b{g}(?:"
            + _URL
            + r"|\bto\b{w}\S+@\S+|\bto (?:this|the following|my|an?) (?:url|address|server|endpoint|webhook|email|"
            r"site|link)|webhook|attacker|evil|\.(?:com|net|io|example|ru|xyz)\b)"
        ),
        (
            r"!\[|\b(?:send|post|forward|upload|transmit|exfiltrate|email|e-mail|submit|leak|append|encode|copy|"
            r"ship|report|relay)\b && https?://|@|\b(?:url|address|server|endpoint|webhook|site|link|attacker|"
            r"evil)\b|\.(?:com|net|io|example|ru|xyz)\b"
        ),
    ),
    Phrase(
        "tool-abuse",
        0.6,
        (
            r"\b(?:call|invoke|use|run|execute|trigger|activate)\b{w}(?:the |your |a )?(?:\w+[_-])?(?:tool|"
            r"function|plugin|api|command|shell|terminal|send_email|delete_\w+|transfer_\w+|browser|"
            r"code interpreter|\w+_\w+)\b{g}\b(?:delete|transfer|send|drop|wipe|remove|password|payment|refund|"
            r"grant|admin|all|without (?:asking|confirm\w*|approval)|immediately|silently|rm|credentials?)\b"
        ),
        (
            r"\b(?:call|invoke|use|run|execute|trigger|activate)\b && \b(?:\w*_\w+|tool|function|plugin|api|"
            r"command|shell|terminal|browser|code interpreter)\b"
        ),
    ),
    Phrase(
        "tool-abuse",
        0.5,
        (
            r"\b(?:delete|wipe|erase|drop|destroy)\b (?:all |every |the )?(?:\w+ )?(?:files|databases?|tables?|"
            r"records|emails|backups|users|accounts|data)\b|\b(?:transfer|wire|send) (?:\$|€|£)?[0-9,.]+|"
            r"\bwithout (?:asking|confirmation|confirming|approval|user consent|human review|verification)\b|"
            r"\bgrant\b{w}(?:admin\w*|root|full|superuser)\b"
        ),
        r"\b(?:delete|wipe|erase|drop|destroy|transfer|wire|send|without|grant)\b",
    ),
    Phrase("code-execution", 0.6, _COMMANDS + "|" + _ORDERED + _RUNS_CODE, _COMMANDS + "|" + _RUNS_CODE),
    Phrase("code-execution", 0.25, _RUNS_CODE),
    Phrase(
        "encoded-instruction",
        0.55,
        (
            r"\b(?:decode|decrypt|decipher|unscramble|base64|rot13|hex(?:adecimal)?|morse|binary|cipher|"
            r"reversed)\b{g}\b(?:and|then|to)\b{w}(?:follow|execute|obey|run|perform|do (?:what|as|so)|comply|"
            r"carry out|act on|answer|respond|reply)\b|\b(?:execute|run|follow|obey|perform)\b{w}(?:decoded|"
            r"decrypted|encoded|base64|hex|rot13|hidden|resulting)\b"
        ),
        (
            r"\b(?:decode\w*|decrypt\w*|decipher|unscramble|base64|rot13|hex(?:adecimal)?|morse|binary|reversed|"
            r"cipher|encoded|hidden|resulting)\b"
        ),
    ),
    Phrase(
        "split-payload",
        0.5,
        (
            r"\b(?:concatenate|combine|join|assemble|append|put together|piece together|"
            r"merge)\b{w}(?:the )?(?:\w+ )?(?:strings|letters|fragments|variables|first letters)\b|\b(?:[a-z]|x\d|"
            r"part ?\d) ?= ?[\"'][^\"'\n]{1,60}[\"'];?\s*(?:,|and|\n)? ?(?:[a-z]|x\d|part ?\d) ?= ?[\"']|"
            r"\b[a-z] ?\+ ?[a-z] ?\+ ?[a-z]\b"
        ),
        r"\b(?:concatenate|combine|join|assemble|append|put together|piece together|merge)\b|= ?[\"']|\+",
    ),
)
