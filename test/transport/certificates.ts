import type { Certificates } from '../../src/transport/tcp/tcp-options.ts';

const certificate = `-----BEGIN CERTIFICATE-----
MIIBUTCB+aADAgECAgEBMAoGCCqGSM49BAMCMBgxFjAUBgNVBAMMDXNpZGVmaWxl
LXRlc3QwIBcNMDAwMTAxMDAwMDAwWhgPMjEyNjAxMDEwMDAwMDBaMBgxFjAUBgNV
BAMMDXNpZGVmaWxlLXRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQ/RPDP
wCRv8Tz6fO84/9PBSS2pCZeC7db0WIi2lhSqIS4qqgsqT/dAdSAEKZM7U1gNLAyw
tJEODyhYZBkS8dXZozIwMDAPBgNVHRMBAf8EBTADAQH/MB0GA1UdDgQWBBRaSz6q
Jcv5DDX9KFal4jgX7b5YqTAKBggqhkjOPQQDAgNHADBEAiBHzK3LShX0LJVebTo3
Hdu7EhVYBa0w9TRXYb425XJd1gIgd5Hv/Itjv/O/+SbCwx9U4BimAQJ00Xuck9qu
+GKHvpM=
-----END CERTIFICATE-----`;

/** Of tests only: it is its own authority, and whoever reads this has its key. */
export const certificates: Certificates = {
  authority: certificate,
  certificate,
  privateKey: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgR4sjeIAmiptvpQzj
MAlIchTx68YwBfLDPqis+SjivUqhRANCAAQ/RPDPwCRv8Tz6fO84/9PBSS2pCZeC
7db0WIi2lhSqIS4qqgsqT/dAdSAEKZM7U1gNLAywtJEODyhYZBkS8dXZ
-----END PRIVATE KEY-----`,
};
