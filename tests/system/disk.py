"""A small disk: a file system of its own in a file, so that it can be filled without filling this machine's."""

import contextlib
import os
import shutil
import subprocess

from network import WORK

# Room for a long run's data. The file takes only what is written to it.
SIZE_BYTES = 4 << 30
LEFT_BYTES = 256 << 10


class SmallDisk:
    def __init__(self, folder):
        self.folder, self.ballast = folder, folder / "ballast"

    @classmethod
    def mount(cls, verdicts):
        """Mounts one; none where that is not permitted."""
        image, folder = WORK / "small-disk.img", WORK / "small-disk"
        folder.mkdir()
        with image.open("wb") as file:
            file.truncate(SIZE_BYTES)
        # Without blocks kept for root, who runs this.
        steps = [["mkfs.ext4", "-q", "-m", "0", image], ["mount", "-o", "loop", image, folder]]
        for step in steps if os.getuid() == 0 else [["false"]]:
            with contextlib.suppress(OSError):
                if subprocess.run(step, capture_output=True).returncode == 0:
                    continue
            verdicts.skip("a disk that fills up", f"{step[0]} is not permitted or not here")
            return None
        return cls(folder)

    def fill(self):
        """Fills it but for a little, which its validator's own writing takes; gives how much is left."""
        room = shutil.disk_usage(self.folder).free - LEFT_BYTES
        with self.ballast.open("wb") as file:
            # Takes the room without writing it.
            os.posix_fallocate(file.fileno(), 0, room)
        return shutil.disk_usage(self.folder).free

    def make_room(self):
        self.ballast.unlink()

    def unmount(self):
        subprocess.run(["umount", "-l", self.folder], check=False)
