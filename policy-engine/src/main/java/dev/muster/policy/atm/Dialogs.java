package dev.muster.policy.atm;

import static dev.muster.policy.atm.PermissionFlags.ADMIN_POLICIES_CANCEL;
import static dev.muster.policy.atm.PermissionFlags.ALLOW_THIS_TIME;
import static dev.muster.policy.atm.PermissionFlags.COMPONENT_SET;
import static dev.muster.policy.atm.PermissionFlags.DEFAULT;
import static dev.muster.policy.atm.PermissionFlags.FIXED_BY_ADMIN_POLICY;
import static dev.muster.policy.atm.PermissionFlags.FIXED_FOR_SECURITY_POLICY;
import static dev.muster.policy.atm.PermissionFlags.USER_FIXED;
import static dev.muster.policy.atm.PermissionFlags.USER_SET;
import static dev.muster.policy.atm.PermissionFlags.has;

import dev.muster.policy.permission.AvailableType;
import dev.muster.policy.permission.GrantMode;
import dev.muster.policy.permission.PermissionDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What asking the user for permissions would come to. Pure reading. */
final class Dialogs {
    private static final String APPROXIMATE = "ohos.permission.APPROXIMATELY_LOCATION";
    private static final String PRECISE = "ohos.permission.LOCATION";
    private static final String BACKGROUND = "ohos.permission.LOCATION_IN_BACKGROUND";
    private static final Set<String> NEVER_ASKED = Set.of(
            "ohos.permission.ANSWER_CALL",
            "ohos.permission.MANAGE_VOICEMAIL",
            "ohos.permission.READ_CELL_MESSAGES",
            "ohos.permission.RECEIVE_MMS",
            "ohos.permission.RECEIVE_SMS",
            "ohos.permission.RECEIVE_WAP_MESSAGES",
            "ohos.permission.SEND_MESSAGES",
            "ohos.permission.WRITE_CALL_LOG",
            "ohos.permission.SHORT_TERM_WRITE_IMAGEVIDEO");

    private final Definitions definitions;
    private final Grants grants;

    Dialogs(Definitions definitions, Grants grants) {
        this.definitions = definitions;
        this.grants = grants;
    }

    /** Answers per permission in the order asked, and for all together. */
    DialogAnswer ask(AppToken token, List<String> permissions) {
        List<DialogAnswer.One> answers = new ArrayList<>();
        permissions.forEach(permission -> answers.add(basic(token, permission)));
        applyLocationRules(token, permissions, answers);
        if (token.dialogForbidden) {
            answers.replaceAll(answer -> answer.state() == DialogAnswer.State.INVALID_OPER
                    ? answer
                    : new DialogAnswer.One(DialogAnswer.State.FORBIDDEN_OPER, DialogAnswer.Reason.DIALOG_FORBIDDEN));
            return new DialogAnswer(DialogAnswer.State.FORBIDDEN_OPER, answers);
        }
        return new DialogAnswer(overall(answers), answers);
    }

    private static DialogAnswer.State overall(List<DialogAnswer.One> answers) {
        if (contains(answers, DialogAnswer.State.DYNAMIC_OPER)) {
            return DialogAnswer.State.DYNAMIC_OPER;
        }
        return contains(answers, DialogAnswer.State.FORBIDDEN_OPER)
                ? DialogAnswer.State.FORBIDDEN_OPER
                : DialogAnswer.State.PASS_OPER;
    }

    private static boolean contains(List<DialogAnswer.One> answers, DialogAnswer.State state) {
        return answers.stream().anyMatch(answer -> answer.state() == state);
    }

    private DialogAnswer.One basic(AppToken token, String permission) {
        Optional<PermissionDefinition> definition = definitions.find(permission);
        if (definition.isEmpty() || definition.get().availableType() == AvailableType.SERVICE) {
            return invalid(DialogAnswer.Reason.INVALID_PERMISSION);
        }
        Entry entry = token.entries.get(permission);
        if (entry == null) {
            return invalid(DialogAnswer.Reason.NOT_DECLARED);
        }
        if (NEVER_ASKED.contains(permission) || !grants.allowsInSandbox(token, permission)) {
            return invalid(DialogAnswer.Reason.CANNOT_ASK);
        }
        if (entry.granted()) {
            return new DialogAnswer.One(DialogAnswer.State.PASS_OPER, DialogAnswer.Reason.NONE);
        }
        if (definition.get().grantMode() == GrantMode.MANUAL_SETTINGS) {
            return invalid(DialogAnswer.Reason.MANUAL_SETTING);
        }
        return ofDenied(entry.flags());
    }

    /** OpenHarmony's order. What no rule names, such as a denial that only a user policy made, has nothing to ask. */
    private static DialogAnswer.One ofDenied(int flags) {
        if (has(flags, FIXED_BY_ADMIN_POLICY)) {
            return new DialogAnswer.One(DialogAnswer.State.FORBIDDEN_OPER, DialogAnswer.Reason.CANNOT_ASK);
        }
        DialogAnswer.State state;
        if (has(flags, ADMIN_POLICIES_CANCEL | FIXED_FOR_SECURITY_POLICY)) {
            state = DialogAnswer.State.SETTING_OPER;
        } else if (flags == DEFAULT || has(flags, USER_SET | COMPONENT_SET | ALLOW_THIS_TIME)) {
            state = DialogAnswer.State.DYNAMIC_OPER;
        } else {
            state = has(flags, USER_FIXED) ? DialogAnswer.State.SETTING_OPER : DialogAnswer.State.PASS_OPER;
        }
        return new DialogAnswer.One(state, DialogAnswer.Reason.NONE);
    }

    private static void applyLocationRules(AppToken token, List<String> permissions, List<DialogAnswer.One> answers) {
        int approximate = permissions.indexOf(APPROXIMATE);
        int precise = permissions.indexOf(PRECISE);
        int background = permissions.indexOf(BACKGROUND);
        int api = token.apiVersion();
        DialogAnswer.One conditions = invalid(DialogAnswer.Reason.CONDITIONS_NOT_MET);
        if (api < 9) {
            set(answers, approximate, conditions);
            return;
        }
        if (api >= 11 && background >= 0) {
            set(answers, approximate, conditions);
            set(answers, precise, conditions);
            set(answers, background, conditions);
            return;
        }
        boolean mayBePrecise = token.isGranted(APPROXIMATE) || isDynamic(answers, approximate);
        if (isDynamic(answers, precise) && !mayBePrecise) {
            set(answers, precise, conditions);
        }
        if (isDynamic(answers, background)) {
            boolean others = isDynamic(answers, approximate) || isDynamic(answers, precise);
            set(
                    answers,
                    background,
                    others
                            ? new DialogAnswer.One(DialogAnswer.State.SETTING_OPER, DialogAnswer.Reason.NONE)
                            : conditions);
        }
    }

    private static boolean isDynamic(List<DialogAnswer.One> answers, int at) {
        return at >= 0 && answers.get(at).state() == DialogAnswer.State.DYNAMIC_OPER;
    }

    private static void set(List<DialogAnswer.One> answers, int at, DialogAnswer.One answer) {
        if (at >= 0) {
            answers.set(at, answer);
        }
    }

    private static DialogAnswer.One invalid(DialogAnswer.Reason reason) {
        return new DialogAnswer.One(DialogAnswer.State.INVALID_OPER, reason);
    }
}
