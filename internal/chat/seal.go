package chat

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
)

// Seal closes what is handed to a Vault: AES-256-GCM under a key derived from the application's secret, so
// that whoever reads the database without it learns no token. name is bound in: a sealed value opens only
// under the name it was sealed for.
func Seal(secret, name, value string) (string, error) {
	aead, err := sealer(secret)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return "", fmt.Errorf("draw a nonce: %w", err)
	}
	return base64.RawStdEncoding.EncodeToString(aead.Seal(nonce, nonce, []byte(value), []byte(name))), nil
}

// errSealed names neither the value nor the secret.
var errSealed = errors.New("a value from the vault was not sealed with this secret")

// Unseal opens what Seal closed. It fails on a value that was changed, or sealed with another secret: a
// caller then does as if there were none.
func Unseal(secret, name, sealed string) (string, error) {
	aead, err := sealer(secret)
	if err != nil {
		return "", err
	}
	raw, err := base64.RawStdEncoding.DecodeString(sealed)
	if err != nil || len(raw) < aead.NonceSize() {
		return "", errSealed
	}
	value, err := aead.Open(nil, raw[:aead.NonceSize()], raw[aead.NonceSize():], []byte(name))
	if err != nil {
		return "", errSealed
	}
	return string(value), nil
}

func sealer(secret string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, []byte(secret), nil, "duban vault", 32)
	if err != nil {
		return nil, fmt.Errorf("derive the vault's key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make the vault's cipher: %w", err)
	}
	return cipher.NewGCM(block)
}
