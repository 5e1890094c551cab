"""TLS with a certificate of one's own: put in, taken as it is by a third run, taken out again."""

import subprocess
import tempfile

from cadre_dev.shell import must

from failure.promises import Promises

from lab.again import changed


def third_run(lab, show: Promises) -> None:
    with tempfile.TemporaryDirectory() as folder:
        certificate, key = f"{folder}/certificate.pem", f"{folder}/key.pem"
        must("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
             "/CN=photos.example", "-keyout", key, "-out", certificate, quiet=True)
        words = [word for name, value in {"stack_tls": "true", "stack_tls_certificate": certificate, "stack_tls_key": key,
                                          "stack_public_url": "https://photos.example"}.items() for word in ("-e", f"{name}={value}")]
        try:
            for number in (1, 2, 3):
                code, printed = lab.play("deploy.yml", *words, quiet=True)
                show.promise(f"deploy.yml with TLS ends well, run {number}", code == 0, "" if code == 0 else printed[-2000:])
            show.promise("the third run changes nothing", changed(printed) == 0, f"changed={changed(printed)}")
            for machine in lab.machines:
                said = subprocess.run(["curl", "--silent", "--insecure", "--head", f"https://{machine.address}/"], check=False,
                                      capture_output=True, text=True).stdout.lower()
                show.promise(f"{machine.name} answers by TLS, and tells browsers to stay with it",
                             said.startswith("http/2 200") and "strict-transport-security: max-age=" in said, said[:200])
        finally:
            code, printed = lab.play("deploy.yml", quiet=True)
            show.promise("without TLS again", code == 0, "" if code == 0 else printed[-2000:])
