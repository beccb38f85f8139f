package io.heliograph.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sample configurations that operators start from. */
class SamplesTest {

    @ParameterizedTest
    @ValueSource(strings = {"dc1", "dc2", "dc3"})
    void when_a_sample_is_read_then_nothing_is_wrong_with_it(String id) throws ConfigurationException {
        Configuration sample = ConfigurationLoader.load(Path.of("..", "deploy", "samples", id + ".yaml"), Map.of());

        assertThat(sample.node().id()).isEqualTo(id);
        assertThat(sample.raft().members()).containsOnlyKeys("dc1", "dc2", "dc3");
        assertThat(sample.raft().members().get(id).raft())
                .isEqualTo(sample.raft().listen());
        assertThat(sample.stores()).hasSize(1);
    }
}
