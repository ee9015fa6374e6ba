-- Signing out at the OpenID provider as well.

ALTER TABLE web_session ADD COLUMN provider_sign_out bytea CHECK (octet_length(provider_sign_out) <= 8192);
COMMENT ON COLUMN web_session.provider_sign_out IS 'Where the browser goes to end the session at the OpenID provider, with the ID token in it; encrypted with a key derived from the cookie, which the database does not hold. Null: nobody at a provider is to be told.';
