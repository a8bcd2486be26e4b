import java.io.File;
import java.io.InputStream;
import java.util.TreeSet;
import java.util.logging.LogManager;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;

/** java Validate.java FLAVOUR FILE…: a line for each file, "PASS FILE" or "FAIL FILE" and the rules that it breaks. */
public class Validate {
    public static void main(String[] arguments) throws Exception {
        LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        ValidationProfile profile;
        String name = "org/verapdf/pdfa/validation/PDFA-" + arguments[0].toUpperCase() + ".xml";
        try (InputStream source = Validate.class.getClassLoader().getResourceAsStream(name)) {
            profile = Profiles.profileFromXml(source);
        }
        for (int i = 1; i < arguments.length; i++) {
            System.out.println(verdict(arguments[i], PDFAFlavour.byFlavourId(arguments[0]), profile));
        }
    }

    private static String verdict(String path, PDFAFlavour flavour, ValidationProfile profile) {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(new File(path), flavour)) {
            ValidationResult result = Foundries.defaultInstance().createValidator(profile, 100, false, false, false).validate(parser);
            TreeSet<String> broken = new TreeSet<>();
            for (TestAssertion one : result.getTestAssertions()) {
                if (one.getStatus() == TestAssertion.Status.FAILED) {
                    broken.add(one.getRuleId().getClause() + "-" + one.getRuleId().getTestNumber() + " " + one.getMessage());
                }
            }
            return (result.isCompliant() ? "PASS " : "FAIL ") + path + " " + String.join("; ", broken);
        } catch (Throwable problem) {
            return "FAIL " + path + " " + problem;
        }
    }
}
