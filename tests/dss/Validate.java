// SPDX-License-Identifier: GPL-3.0-or-later
import eu.europa.esig.dss.asic.cades.validation.ASiCContainerWithCAdESValidator;
import eu.europa.esig.dss.diagnostic.DiagnosticData;
import eu.europa.esig.dss.diagnostic.SignatureWrapper;
import eu.europa.esig.dss.diagnostic.jaxb.XmlDigestMatcher;
import eu.europa.esig.dss.enumerations.DigestMatcherType;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import java.io.File;

/* What EU DSS thinks of containers, a line each and a line for each signature; fields stand between tabs.
 * Words: FILE.pem... of trusted certificates, and FILE.asice... */
public class Validate {
  public static void main(String[] words) {
    CommonTrustedCertificateSource trusted = new CommonTrustedCertificateSource();
    CommonCertificateVerifier verifier = new CommonCertificateVerifier(true);

    for (String word : words)
      if (word.endsWith(".pem"))
        trusted.addCertificate(DSSUtils.loadCertificate(new File(word)));
    verifier.addTrustedCertSources(trusted);
    for (String word : words)
      if (!word.endsWith(".pem"))
        validate(word, verifier);
  }

  private static void validate(String path, CommonCertificateVerifier verifier) {
    ASiCContainerWithCAdESValidator validator = new ASiCContainerWithCAdESValidator(new FileDocument(path));
    validator.setCertificateVerifier(verifier);
    DiagnosticData data = validator.validateDocument().getDiagnosticData();

    say("container", new File(path).getName(), data.getContainerType(), data.getMimetypeFileContent());
    for (SignatureWrapper signature : data.getSignatures())
      say("signature", signature.getSigningCertificate().getCommonName(), signature.getSignatureFormat(),
          signature.isSignatureIntact(), signature.isSignatureValid(), isWhole(signature), countCovered(signature));
  }

  private static boolean isWhole(SignatureWrapper signature) {
    return signature.getDigestMatchers().stream().allMatch(m -> m.isDataFound() && m.isDataIntact());
  }

  private static long countCovered(SignatureWrapper signature) {
    return signature.getDigestMatchers().stream()
        .filter(m -> m.getType() == DigestMatcherType.MANIFEST_ENTRY && m.isDataFound() && m.isDataIntact())
        .map(XmlDigestMatcher::getDocumentName).distinct().count();
  }

  private static void say(Object... fields) {
    StringBuilder line = new StringBuilder();
    for (Object field : fields)
      line.append(line.length() > 0 ? "\t" : "").append(field);
    System.out.println(line);
  }
}
