package dev.muster.control.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorTest {
    @Test
    void emptyTextSelectsAll() {
        assertThat(Selector.parse("  ").selectsAll()).isTrue();
        assertThat(Selector.parse("").where("d", "q_")).isEqualTo(SqlFragment.TRUE);
    }

    @Test
    void valuesNeverBecomePartOfTheStatement() {
        SqlFragment sql = Selector.parse("name=='x\"; drop table device; --'").where("d", "q_");

        assertThat(sql.sql()).isEqualTo("(d.name = :q_0)");
        assertThat(sql.binds()).containsEntry("q_0", "x\"; drop table device; --");
    }

    @Test
    void andBindsTighterThanOr() {
        SqlFragment sql = Selector.parse("id==a,id==b;hardware==c").where("d", "q_");

        assertThat(sql.sql()).isEqualTo("((d.id = :q_0) or ((d.id = :q_1) and (d.hardware = :q_2)))");
    }

    @Test
    void aStarMatchesAnythingAndOtherPatternCharactersMatchThemselves() {
        SqlFragment sql = Selector.parse("name==pump_*%").where("d", "q_");

        assertThat(sql.sql()).contains("like :q_0");
        assertThat(sql.binds()).containsEntry("q_0", "pump\\_%\\%");
    }

    @Test
    void factsAreComparedAsNumbersWhereOrderMatters() {
        SqlFragment sql = Selector.parse("fact.os.api>=12").where("d", "q_");

        assertThat(sql.sql()).contains("f.num >= :q_1");
        assertThat(sql.binds()).containsEntry("q_0", "os.api").containsEntry("q_1", 12.0);
    }

    @Test
    void aliasAndPrefixKeepTwoFragmentsApart() {
        Selector selector = Selector.parse("tag=in=(a,b)");

        assertThat(selector.where("x", "one_").binds()).containsOnlyKeys("one_0", "one_1");
        assertThat(selector.where("x", "two_").sql()).contains("x.tenant").contains(":two_0");
    }

    @Test
    void bothSelectorsHoldWhenJoined() {
        SqlFragment sql = Selector.parse("id==a,id==b")
                .and(Selector.parse("site==north,site==south"))
                .where("d", "q_");

        assertThat(sql.sql()).startsWith("(((d.id").contains(") and (");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            colour==red           | expected one of the fields    | 1
            site==a;colour==red   | found `colour`                | 9
            status==broken        | found `broken`                | 1
            online==maybe         | expected true or false        | 1
            fact.api=gt=new       | expected a number             | 1
            name=gt=a             | expected ==, !=               | 1
            site==                | found the end                 | 7
            site=like=a           | found `=like=`                | 5
            """)
    void errorsPointAtTheToken(String text, String message, int position) {
        assertThatThrownBy(() -> Selector.parse(text)).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.code()).isEqualTo(ProblemCode.INVALID_SELECTOR);
            assertThat(e.detail()).contains(message);
            assertThat(e.extensions()).containsEntry("position", position);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", ")", "a", "==", ";", "site==a;", "site==(a", "\u0000==1", "site=='a", "fact.==1"})
    void whatCannotBeReadIsAProblemAndNothingElse(String text) {
        assertThatThrownBy(() -> Selector.parse(text)).isInstanceOf(ProblemException.class);
    }

    @Test
    void deepNestingAndLongTextsAreRefused() {
        String deep = "(".repeat(200) + "id==a" + ")".repeat(200);

        assertThatThrownBy(() -> Selector.parse(deep)).hasMessageContaining("nested");
        assertThatThrownBy(() -> Selector.parse("id==" + "a".repeat(3_000))).hasMessageContaining("at most");
        assertThatThrownBy(() -> Selector.parse("id==a" + ",id==a".repeat(60))).hasMessageContaining("comparisons");
    }
}
