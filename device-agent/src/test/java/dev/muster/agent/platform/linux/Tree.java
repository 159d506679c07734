package dev.muster.agent.platform.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files of a machine, as far as anybody reads them. */
record Tree(Path root) {
    Tree with(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file, text);
        return this;
    }

    Tree directory(String path) throws IOException {
        Files.createDirectories(root.resolve(path));
        return this;
    }

    SystemFiles files() {
        return new SystemFiles(root);
    }

    /** Raspberry Pi 4 with Raspberry Pi OS: a device tree, no DMI, a cable and a radio. */
    static Tree raspberryPi(Path root) throws IOException {
        return new Tree(root)
                .with("etc/os-release", """
                        PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
                        NAME="Debian GNU/Linux"
                        VERSION_ID="12"
                        VERSION="12 (bookworm)"
                        VERSION_CODENAME=bookworm
                        ID=debian
                        """)
                .with("etc/hostname", "pi-17\n")
                .with("etc/machine-id", "0123456789abcdef0123456789abcdef\n")
                .with("proc/sys/kernel/osrelease", "6.6.51+rpt-rpi-v8\n")
                .with("proc/sys/kernel/arch", "aarch64\n")
                .with("proc/sys/kernel/random/boot_id", "f2a9a5c2-6f3c-4a55-9f0e-3f6c7f4f0a11\n")
                .with("proc/device-tree/model", "Raspberry Pi 4 Model B Rev 1.4\0")
                .with("proc/device-tree/serial-number", "10000000a1b2c3d4\0")
                .with("proc/cpuinfo", """
                        processor	: 0
                        BogoMIPS	: 108.00
                        Features	: fp asimd evtstrm crc32 cpuid
                        CPU implementer	: 0x41

                        processor	: 1
                        BogoMIPS	: 108.00

                        processor	: 2
                        processor	: 3
                        Hardware	: BCM2835
                        Revision	: d03114
                        Serial		: 10000000a1b2c3d4
                        Model		: Raspberry Pi 4 Model B Rev 1.4
                        """)
                .with(
                        "proc/meminfo",
                        "MemTotal:        3884376 kB\nMemFree:         3000000 kB\nMemAvailable:    2913282 kB\n")
                .with("proc/stat", "cpu  100 0 100 700 100 0 0 0 0 0\nbtime 1795000000\nprocesses 1234\n")
                .with("proc/uptime", "12345.67 23456.78\n")
                .with("sys/class/net/lo/address", "00:00:00:00:00:00\n")
                .with("sys/class/net/eth0/address", "dc:a6:32:01:02:03\n")
                .directory("sys/class/net/eth0/device")
                .with("sys/class/net/wlan0/address", "dc:a6:32:01:02:04\n")
                .directory("sys/class/net/wlan0/device")
                .with("sys/class/net/veth12/address", "aa:bb:cc:01:02:04\n")
                .with("sys/class/thermal/thermal_zone0/temp", "48312\n")
                .with("sys/class/thermal/cooling_device0/type", "cpufreq\n")
                .with("proc/net/dev", """
                        Inter-|   Receive                                                |  Transmit
                         face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                            lo:  999999     100    0    0    0     0          0         0   999999     100    0    0    0     0       0          0
                          eth0: 1000000    2000    0    0    0     0          0         0   300000    1000    0    0    0     0       0          0
                         wlan0:     500       5    0    0    0     0          0         0      700       5    0    0    0     0       0          0
                        """)
                .directory("proc/1")
                .directory("proc/42")
                .directory("proc/4711");
    }

    /** An industrial PC: DMI with a serial number that only root may read and one that nobody filled in. */
    static Tree pc(Path root) throws IOException {
        return new Tree(root)
                .with(
                        "usr/lib/os-release",
                        "NAME=\"Ubuntu\"\nVERSION_ID=\"24.04\"\nID=ubuntu\nIMAGE_VERSION='2026.11'\n")
                .with("etc/machine-id", "fedcba9876543210fedcba9876543210\n")
                .with("proc/sys/kernel/osrelease", "6.8.0-49-generic\n")
                .with("sys/class/dmi/id/sys_vendor", "Siemens AG\n")
                .with("sys/class/dmi/id/product_name", "SIMATIC IPC227E\n")
                .with("sys/class/dmi/id/product_serial", "To-be-filled-by-O.E.M.\n")
                .with("sys/class/dmi/id/bios_version", "V20.01.14\n")
                .with("proc/cpuinfo", """
                        processor	: 0
                        vendor_id	: GenuineIntel
                        model name	: Intel(R) Celeron(R) CPU N2930 @ 1.83GHz
                        flags		: fpu vme de pse tsc msr
                        processor	: 1
                        model name	: Intel(R) Celeron(R) CPU N2930 @ 1.83GHz
                        """)
                .with("proc/meminfo", "MemTotal:        8000000 kB\nMemAvailable:    6000000 kB\n")
                .with("sys/class/thermal/thermal_zone0/temp", "27800\n")
                .with("sys/class/thermal/thermal_zone1/temp", "61000\n")
                // A sensor that is off.
                .with("sys/class/thermal/thermal_zone2/temp", "-274000\n");
    }

    /** A container on such a PC, as Docker makes it: the host's kernel files, no DMI serial, one end of a pair as network. */
    static Tree container(Path root) throws IOException {
        return new Tree(root)
                .with("etc/os-release", "NAME=\"Alpine Linux\"\nID=alpine\nVERSION_ID=3.20.3\n")
                .with(".dockerenv", "")
                .with("etc/hostname", "c0ffee123456\n")
                .with("proc/sys/kernel/osrelease", "6.8.0-49-generic\n")
                .with("sys/class/net/eth0/address", "02:42:ac:11:00:02\n")
                .with(
                        "proc/net/route",
                        "Iface\tDestination\tGateway\tFlags\nEth1\t00000000\t0\t0\neth0\t00000000\t010011AC\t0003\n");
    }
}
