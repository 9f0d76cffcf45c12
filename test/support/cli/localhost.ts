/**
 * A certificate for localhost that vouches for itself, until 2126, and its key, which is no secret: nothing but the tests trusts it.
 * Made with: openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 -subj /CN=localhost
 * -addext subjectAltName=DNS:localhost
 */
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBlTCCATugAwIBAgIUA8jVV2fPkiFmTJvzXrdhmfAld/owCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyODE3MTI0NVoYDzIxMjYxMTA0
MTcxMjQ1WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAR+iIOZ61J6zJMaQFRtJxwnVIgdzR/EysD/bLhLf4ehZ6CaXUW5TzZZ
wavUzNNmIEVe5YbTLfHcwqdmCmrzJeh/o2kwZzAdBgNVHQ4EFgQURofbeTk3a2iu
2fxpp0YkSjNsdEkwHwYDVR0jBBgwFoAURofbeTk3a2iu2fxpp0YkSjNsdEkwDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
SAAwRQIhAMEmo4ftdjksjKbMRUYxhC72rxMCzE2V2KrdS+u0vBrJAiAloGOvrcRy
EerTOcTnm6Dn36gaJXIvRuISIqQvKlxL9Q==
-----END CERTIFICATE-----
`;

export const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg00bIcTVHivjvpFII
vl8coUHb0PM7CLnm1qoJRjyFf6OhRANCAAR+iIOZ61J6zJMaQFRtJxwnVIgdzR/E
ysD/bLhLf4ehZ6CaXUW5TzZZwavUzNNmIEVe5YbTLfHcwqdmCmrzJeh/
-----END PRIVATE KEY-----
`;
