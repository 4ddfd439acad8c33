"""Whether anything secret of a network's key files stands in its logs."""

import pathlib
import subprocess

from network import BINARY, WORK, said

SECRETS = pathlib.Path(BINARY).parent / "examples" / "demonstration_secrets"
# Bytes of a secret that are looked for together: fewer could be there by chance.
WINDOW_BYTES = 8


def pieces_in_logs(verdicts, passphrase, keys, logs):
    """Looks for every piece of every secret in every log, as programs write bytes. Gives what the key files' opener said."""
    if not SECRETS.is_file():
        verdicts.skip("logs without secrets", "the example demonstration_secrets is not built (cargo build --examples)")
        return None
    done = subprocess.run([SECRETS, passphrase, *keys], capture_output=True, text=True)
    if not verdicts.check("the network's secrets are known to the test", done.returncode == 0, said(done)):
        return None
    secrets = [bytes.fromhex(line.split()[1]) for line in done.stdout.splitlines() if line.startswith("secret")]
    patterns = set()
    for secret in secrets:
        # What frames the secret in its encoding is no secret: begin behind it.
        for start in range(4, len(secret) - WINDOW_BYTES - 1):
            window = secret[start : start + WINDOW_BYTES]
            patterns |= {window.hex(), window.hex().upper(), ", ".join(map(str, window)), "".join(f"\\x{byte:02x}" for byte in window)}
    listed = WORK / "patterns"
    listed.write_text("\n".join(sorted(patterns)) + "\n")
    found = subprocess.run(["grep", "-c", "-F", "-f", listed, *logs.values()], capture_output=True, text=True)
    listed.unlink()
    none = found.returncode == 1
    verdicts.check(f"none of {len(patterns)} pieces of {len(secrets)} key files stands in a log", none, found.stdout + found.stderr)
    return done
