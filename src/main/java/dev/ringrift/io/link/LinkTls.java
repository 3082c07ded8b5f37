package dev.ringrift.io.link;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// Makes the TLS 1.3 engines of a node. TLS proves that the other side holds the private key of its
/// certificate; whose key that is, the credential in its hello says.
final class LinkTls {
  private final SSLContext context;

  LinkTls(KeyPair keys) {
    try {
      char[] noPassword = new char[0];
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, noPassword);
      store.setKeyEntry(
          "node", keys.getPrivate(), noPassword, new Certificate[] {NodeCertificate.of(keys)});
      KeyManagerFactory own =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      own.init(store, noPassword);
      context = SSLContext.getInstance("TLSv1.3");
      context.init(own.getKeyManagers(), new TrustManager[] {new AnyNodeKey()}, null);
    } catch (GeneralSecurityException | java.io.IOException e) {
      throw new IllegalStateException("cannot set up TLS with the node's key", e);
    }
  }

  SSLEngine engine(boolean dialled) {
    // Without host and port no session is resumed: each link proves both keys anew.
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(dialled);
    if (!dialled) {
      engine.setNeedClientAuth(true);
    }
    engine.setEnabledProtocols(new String[] {"TLSv1.3"});
    return engine;
  }

  /// Takes any single Ed25519 certificate: it is compared with the credential after the handshake.
  private static final class AnyNodeKey extends X509ExtendedTrustManager {
    private static void check(X509Certificate[] chain) throws CertificateException {
      if (chain.length != 1 || !chain[0].getPublicKey().getAlgorithm().equals("EdDSA")) {
        throw new CertificateException("not the certificate of a node: one Ed25519 key is wanted");
      }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
