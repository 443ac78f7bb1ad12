/**
 * The line that adds a host: it fetches the installer from this server and runs it. The name is the token's own when
 * it allows exactly one host, else the machine's. Plain HTTP between machines has to be asked for, so it stands there.
 */
export function installLine(publicUrl: string, token: string, hosts: readonly string[]): string {
  const [only] = hosts;
  const fixed = hosts.length === 1 && only !== undefined && /^[A-Za-z0-9._-]+$/.test(only);
  const name = fixed ? only : '"$(hostname)"';
  const { protocol, hostname } = new URL(publicUrl);
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  const insecure = protocol === 'http:' && !isLoopback ? ' --insecure' : '';
  return `curl -fsSL ${publicUrl}/agent/install.sh | sh -s -- --token ${token} --name ${name}${insecure}`;
}
