import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Installs a package as root on Debian; says whether it could. Another process may hold the lock of packages meanwhile. */
export function installDebianPackage(name: string): boolean {
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) return false;
  const apt = (args: readonly string[]): boolean =>
    spawnSync('apt-get', args, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).status === 0;
  const install = ['-o', 'DPkg::Lock::Timeout=300', 'install', '-y', '--no-install-recommends', name];
  return apt(install) || (apt(['update']) && apt(install));
}
