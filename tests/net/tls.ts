/**
 * A certificate for a.example, gateway.example and 127.0.0.1, signed by itself, and its key, which protects nothing:
 *   openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj /CN=test \
 *     -addext "subjectAltName=DNS:a.example,DNS:gateway.example,IP:127.0.0.1"
 */
export const cert = `-----BEGIN CERTIFICATE-----
MIIBojCCAUmgAwIBAgIUbzd7ZGg4iMAK/UfH/ZCYTKOnbr8wCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjYxNzA0MzJaGA8yMTI2MTEwMjE3MDQz
MlowDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABLTn
zf9lgimWX6G2b1ftWc233SQXTtAiCI8juyOvKDNlgAzuVTFn9qY/LYxwP1tGIeG8
0oGgNRYebX6Cv179CuWjgYAwfjAdBgNVHQ4EFgQURNuwHuyMpCxymjfGoL9faP+P
Yq4wHwYDVR0jBBgwFoAURNuwHuyMpCxymjfGoL9faP+PYq4wDwYDVR0TAQH/BAUw
AwEB/zArBgNVHREEJDAigglhLmV4YW1wbGWCD2dhdGV3YXkuZXhhbXBsZYcEfwAA
ATAKBggqhkjOPQQDAgNHADBEAiAYRf9wfObKnuECJ7kSj/u0WH0BFyEz4BFU7t+P
H1oz2wIgBOnwqGg76+viRgCMawPn5qa+ZUDOBdLdRwZMAcDSBJY=
-----END CERTIFICATE-----
`;

export const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgC+D9CWCK2cabJUWa
15btFWd6Ng5DVKkrSbNHuO9xIOWhRANCAAS0583/ZYIpll+htm9X7VnNt90kF07Q
IgiPI7sjrygzZYAM7lUxZ/amPy2McD9bRiHhvNKBoDUWHm1+gr9e/Qrl
-----END PRIVATE KEY-----
`;
